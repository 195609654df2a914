import assert from "node:assert/strict";
import { test } from "node:test";

import { CORNERS, UNIT_SQUARE, apply, isConvex, squareTo } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/wall/quad.js";

const QUAD = {
  topLeft: { x: 0.1, y: 0.2 }, topRight: { x: 0.9, y: 0.1 }, bottomRight: { x: 0.8, y: 0.95 }, bottomLeft: { x: 0.15, y: 0.7 },
};

test("the unit square's corners land on the quadrilateral's", () => {
  const map = squareTo(QUAD);
  for (const name of CORNERS) {
    const { x, y } = apply(map, UNIT_SQUARE[name]);
    assert.ok(Math.abs(x - QUAD[name].x) < 1e-12 && Math.abs(y - QUAD[name].y) < 1e-12, name);
  }
});

test("straight lines stay straight", () => {
  const map = squareTo(QUAD);
  const [a, b, c] = [0.1, 0.5, 0.9].map((x) => apply(map, { x, y: 0.3 }));
  assert.ok(Math.abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) < 1e-12);
});

test("a crossed, flat or dented quadrilateral is none to project onto", () => {
  assert.equal(isConvex(QUAD), true);
  assert.equal(isConvex({ ...QUAD, topLeft: QUAD.topRight, topRight: QUAD.topLeft }), false);
  assert.equal(isConvex({ ...QUAD, bottomRight: { x: 0.3, y: 0.4 } }), false);
  assert.equal(isConvex({ ...UNIT_SQUARE, topLeft: { x: 0.5, y: 0.5 } }), false);
});

test("a mirrored one is, for a projection from behind", () => {
  const { topLeft, topRight, bottomRight, bottomLeft } = QUAD;
  assert.equal(isConvex({ topLeft: topRight, topRight: topLeft, bottomRight: bottomLeft, bottomLeft: bottomRight }), true);
});
