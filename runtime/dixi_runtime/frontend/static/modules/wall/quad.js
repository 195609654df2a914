/** Quadrilaterals by their corners, and the projective map of the unit square onto one. */

/** @typedef {import("../wire/values.js").Point} Point */
/** @typedef {"topLeft" | "topRight" | "bottomRight" | "bottomLeft"} Corner */
/** @typedef {Record<Corner, Point>} Quad */

/** In drawing order around the quadrilateral. */
export const CORNERS = /** @type {const} */ (["topLeft", "topRight", "bottomRight", "bottomLeft"]);

/** @type {Quad} */
export const UNIT_SQUARE = {
  topLeft: { x: 0, y: 0 },
  topRight: { x: 1, y: 0 },
  bottomRight: { x: 1, y: 1 },
  bottomLeft: { x: 0, y: 1 },
};

/** Twice the area of the smallest triangle that two neighbouring edges may span; the backend refuses the same. */
const SMALLEST_TURN = 1e-3;

/**
 * @param {Quad} quad
 * @returns {boolean} whether a projective map onto it exists: convex, and no three corners on a line
 */
export function isConvex(quad) {
  const turns = CORNERS.map((name, index) => {
    const a = quad[name];
    const b = quad[CORNERS[(index + 1) % 4]];
    const c = quad[CORNERS[(index + 2) % 4]];
    return (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
  });
  return turns.every((turn) => Math.abs(turn) >= SMALLEST_TURN && turn > 0 === turns[0] > 0);
}

/**
 * The map of the unit square onto a convex quadrilateral (Heckbert, "Fundamentals of Texture Mapping and Image Warping",
 * 1989, section 2.2.3).
 * @param {Quad} quad
 * @returns {number[][]} 3x3, row by row
 */
export function squareTo(quad) {
  const { topLeft: p0, topRight: p1, bottomRight: p2, bottomLeft: p3 } = quad;
  const dx1 = p1.x - p2.x;
  const dx2 = p3.x - p2.x;
  const dy1 = p1.y - p2.y;
  const dy2 = p3.y - p2.y;
  const sx = p0.x - p1.x + p2.x - p3.x;
  const sy = p0.y - p1.y + p2.y - p3.y;
  const determinant = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / determinant;
  const h = (dx1 * sy - sx * dy1) / determinant;
  return [
    [p1.x - p0.x + g * p1.x, p3.x - p0.x + h * p3.x, p0.x],
    [p1.y - p0.y + g * p1.y, p3.y - p0.y + h * p3.y, p0.y],
    [g, h, 1],
  ];
}

/**
 * @param {number[][]} matrix
 * @param {Point} point
 * @returns {Point}
 */
export function apply(matrix, point) {
  const [x, y, w] = matrix.map(([a, b, c]) => a * point.x + b * point.y + c);
  return { x: x / w, y: y / w };
}
