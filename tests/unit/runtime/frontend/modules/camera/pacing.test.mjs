import assert from "node:assert/strict";
import { test } from "node:test";

import { FASTEST, SLOWEST, pace } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/camera/pacing.js";

test("what is not looked at is not sent", () => {
  assert.equal(pace(30, { received: 30, refused: 15 }), 15);
});

test("while all is looked at, it goes up slowly", () => {
  assert.ok(pace(10, { received: 10, refused: 0 }) > 10);
  assert.equal(pace(FASTEST, { received: 30, refused: 0 }), FASTEST);
});

test("it never stops, nor believes nonsense", () => {
  assert.equal(pace(3, { received: 10, refused: 10 }), SLOWEST);
  assert.equal(pace(3, { received: 10, refused: 99 }), SLOWEST);
  assert.equal(pace(7, { received: 0, refused: 0 }), 7);
});
