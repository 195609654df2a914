import assert from "node:assert/strict";
import { test } from "node:test";

import { project } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/wall/projection.js";

test("without a calibration the page is a mirror", () => {
  assert.deepEqual(project({ x: 0.25, y: 0.1 }, null), { x: 0.75, y: 0.1 });
});

test("with one, a point lands where the matrix says", () => {
  const matrix = [[2, 0, -0.5], [0, 2, -0.5], [0, 0.5, 1]];
  assert.deepEqual(project({ x: 0.5, y: 0.5 }, matrix), { x: 0.4, y: 0.4 });
});

test("a point on or behind the wall's horizon is nowhere", () => {
  assert.equal(project({ x: 0, y: 2 }, [[1, 0, 0], [0, 1, 0], [0, -0.5, 1]]), null);
});
