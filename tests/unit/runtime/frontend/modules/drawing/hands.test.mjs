import assert from "node:assert/strict";
import { test } from "node:test";

import { BONES } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/drawing/hands.js";
import { LANDMARKS } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/wire/messages.js";

test("the bones join all landmarks of a hand", () => {
  assert.equal(BONES.length, 21);
  assert.deepEqual([...new Set(BONES.flat())].sort((a, b) => a - b), [...Array(LANDMARKS).keys()]);
});
