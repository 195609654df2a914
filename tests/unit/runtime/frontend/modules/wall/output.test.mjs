import assert from "node:assert/strict";
import { test } from "node:test";

import { WHOLE_WALL, fade, inRegion, readOutput, warp } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/wall/output.js";
import { UNIT_SQUARE } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/wall/quad.js";

const HALF = { x: 0.5, y: 0, width: 0.5, height: 1 };

test("without a setting a projector shows the whole wall as it is", () => {
  assert.deepEqual(readOutput(null), WHOLE_WALL);
  assert.equal(warp(WHOLE_WALL, 1920, 1080), "");
});

test("what makes no sense is left out", () => {
  for (const region of [3, {}, { ...HALF, width: 0.9 }, { ...HALF, x: -1 }, { ...HALF, height: 0 }, { ...HALF, x: "0" }]) {
    assert.deepEqual(readOutput({ region }).region, WHOLE_WALL.region);
  }
  for (const topLeft of [null, { x: 9, y: 0 }, { x: 1, y: 1 }, { x: NaN, y: 0 }]) {
    assert.deepEqual(readOutput({ corners: { ...UNIT_SQUARE, topLeft } }).corners, UNIT_SQUARE);
  }
  assert.deepEqual(readOutput({ blend: { left: 7, right: -1, top: "x" } }).blend, { left: 0.5, right: 0, top: 0, bottom: 0 });
});

test("a point of the wall is where the projector shows it", () => {
  assert.deepEqual(inRegion({ x: 0.75, y: 0.25 }, HALF), { x: 0.5, y: 0.25 });
});

test("the transform lays the picture's corners onto the quadrilateral", () => {
  const corners = { ...UNIT_SQUARE, topRight: { x: 0.9, y: 0.1 }, bottomLeft: { x: 0.05, y: 0.95 } };
  const [width, height] = [1600, 900];
  const cells = warp({ ...WHOLE_WALL, corners }, width, height).match(/-?[\d.]+(e-?\d+)?/g).slice(1).map(Number);
  for (const name of Object.keys(corners)) {
    const [x, y] = [UNIT_SQUARE[name].x * width, UNIT_SQUARE[name].y * height];
    const at = (row) => cells[row] * x + cells[4 + row] * y + cells[12 + row];
    assert.ok(Math.abs(at(0) / at(3) - corners[name].x * width) < 1e-6, name);
    assert.ok(Math.abs(at(1) / at(3) - corners[name].y * height) < 1e-6, name);
  }
});

test("where two projectors overlap, their light adds up to that of one", () => {
  for (const share of [0.1, 0.3, 0.5, 0.8]) {
    const light = (signal) => signal ** 2.2;
    const left = fade(1 - 0.2 + share * 0.2, 0, 0.2);
    const right = fade(share * 0.2, 0.2, 0);
    assert.ok(Math.abs(light(left) + light(right) - 1) < 1e-9);
  }
  assert.equal(fade(0.5, 0.2, 0.2), 1);
  assert.equal(fade(0, 0, 0), 1);
});
