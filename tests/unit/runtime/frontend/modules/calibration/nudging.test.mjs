import assert from "node:assert/strict";
import { test } from "node:test";

import { nudge } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/calibration/nudging.js";
import { UNIT_SQUARE } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/wall/quad.js";

const START = { quad: UNIT_SQUARE, corner: "topLeft" };
const press = (key, shiftKey = false) => nudge(START, { key, shiftKey });

test("arrows move the corner, with Shift further", () => {
  assert.deepEqual(press("ArrowRight").quad.topLeft, { x: 0.002, y: 0 });
  assert.deepEqual(press("ArrowDown", true).quad.topLeft, { x: 0, y: 0.02 });
});

test("Tab goes around the corners, both ways", () => {
  assert.equal(press("Tab").corner, "topRight");
  assert.equal(press("Tab", true).corner, "bottomLeft");
});

test("a corner that would fold the picture stays", () => {
  const flat = { ...START, quad: { ...UNIT_SQUARE, topLeft: { x: 0.499, y: 0.499 } } };
  assert.equal(nudge(flat, { key: "ArrowRight", shiftKey: true }), flat);
});

test("other keys mean nothing here", () => {
  assert.equal(press("x"), null);
});
