/** From the camera to the wall. */

/** @typedef {import("../wire/values.js").Point} Point */

/** The smallest homogeneous coordinate; below it a camera point lies on or behind the wall's horizon. */
const NEAREST = 1e-6;

/**
 * A camera point (0..1, not mirrored) as a share of the wall (0..1, y down). With a calibration it lands where the camera
 * saw it; without one the wall is a mirror.
 * @param {Point} point
 * @param {number[][] | null} matrix
 * @returns {Point | null} null for a point that is nowhere on the wall's plane
 */
export function project(point, matrix) {
  if (matrix === null) return { x: 1 - point.x, y: point.y };
  const [x, y, w] = matrix.map(([a, b, c]) => a * point.x + b * point.y + c);
  return w < NEAREST ? null : { x: x / w, y: y / w };
}
