/** From the camera to the page. */

/** @typedef {import("./messages.js").Point} Point */

/**
 * A camera point (0..1, not mirrored) as a share of the page (0..1, y down). With a calibration it lands where the camera
 * saw it on the wall; without one the page is a mirror.
 * @param {Point} point
 * @param {number[][] | null} matrix
 * @returns {Point}
 */
export function project(point, matrix) {
  if (matrix === null) return { x: 1 - point.x, y: point.y };
  const [x, y, w] = matrix.map(([a, b, c]) => a * point.x + b * point.y + c);
  return { x: x / w, y: y / w };
}
