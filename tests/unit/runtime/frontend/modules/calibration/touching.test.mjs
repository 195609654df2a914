import assert from "node:assert/strict";
import { test } from "node:test";

import { HOLD, NOTHING_TOUCHED, cornersOf, current, feel, stepBack, toMapping } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/calibration/touching.js";
import { INSET, targetOf } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/drawing/pattern.js";
import { CORNERS, apply, squareTo } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/wall/quad.js";

const WALL = {
  topLeft: { x: 0.2, y: 0.15 }, topRight: { x: 0.85, y: 0.2 }, bottomRight: { x: 0.8, y: 0.9 }, bottomLeft: { x: 0.25, y: 0.8 },
};

/** Touch a point for as long as it takes. */
function hold(touching, tip, now) {
  return [0, HOLD / 2, HOLD].reduce((felt, after) => feel(felt, tip, now + after), touching);
}

function touchAll(wall) {
  const map = squareTo(wall);
  return CORNERS.reduce((touching, corner, index) => hold(touching, apply(map, targetOf(corner)), index * 10_000), NOTHING_TOUCHED);
}

test("a fingertip that holds still touches, one corner after the other", () => {
  let touching = NOTHING_TOUCHED;
  assert.equal(current(touching), "topLeft");
  touching = feel(feel(touching, { x: 0.3, y: 0.3 }, 0), { x: 0.301, y: 0.3 }, HOLD / 2);
  assert.equal(touching.held, 0.5);
  touching = feel(touching, { x: 0.3, y: 0.3 }, HOLD);
  assert.deepEqual([current(touching), touching.held], ["topRight", 0]);
});

test("one that moves, or goes, begins anew", () => {
  let touching = feel(feel(NOTHING_TOUCHED, { x: 0.3, y: 0.3 }, 0), { x: 0.4, y: 0.3 }, HOLD);
  assert.equal(touching.touched.length, 0);
  touching = feel(feel(touching, null, HOLD), { x: 0.4, y: 0.3 }, 2 * HOLD);
  assert.equal(touching.touched.length, 0);
});

test("a fingertip that stays after a touch touches no second corner", () => {
  const touching = hold(hold(NOTHING_TOUCHED, { x: 0.3, y: 0.3 }, 0), { x: 0.31, y: 0.3 }, 10_000);
  assert.equal(touching.touched.length, 1);
});

test("a corner can be taken back", () => {
  assert.equal(current(stepBack(hold(NOTHING_TOUCHED, { x: 0.3, y: 0.3 }, 0))), "topLeft");
});

test("from four targets the wall's corners follow", () => {
  const { quad } = cornersOf(touchAll(WALL));
  for (const name of CORNERS) {
    assert.ok(Math.hypot(quad[name].x - WALL[name].x, quad[name].y - WALL[name].y) < 1e-9, name);
  }
  assert.deepEqual(toMapping(quad).points.map(({ id }) => id), [...CORNERS]);
});

test("a wall that the camera does not see whole is no calibration", () => {
  const { problem } = cornersOf(touchAll({ ...WALL, topLeft: { x: -0.1, y: 0.15 } }));
  assert.match(problem, /does not see all of the wall/);
});

test("points that do not go around are no calibration", () => {
  const touched = [{ x: 0, y: 0 }, { x: 1, y: 1 }, { x: 1, y: 0 }, { x: 0, y: 1 }];
  assert.match(cornersOf({ touched, still: null, held: 0 }).problem, /touch the targets again/);
});

test("targets lie within the wall by as much on every side", () => {
  for (const [corner, x, y] of [["topLeft", INSET, INSET], ["bottomRight", 1 - INSET, 1 - INSET]]) {
    assert.ok(Math.hypot(targetOf(corner).x - x, targetOf(corner).y - y) < 1e-12);
  }
});
