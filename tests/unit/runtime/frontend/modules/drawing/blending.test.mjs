import assert from "node:assert/strict";
import { test } from "node:test";

import { stops } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/drawing/blending.js";

test("the stops of a gradient rise from 0 to 1, without doubles", () => {
  for (const [before, after] of [[0.2, 0], [0, 0.5], [0.3, 0.3], [0.5, 0.5]]) {
    const found = stops(before, after);
    assert.ok(found[0] === 0 && found.at(-1) === 1);
    assert.ok(found.every((at, index) => index === 0 || at > found[index - 1]));
  }
});
