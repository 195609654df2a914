/** Moves one corner after the other by keyboard. */

import { CORNERS, isConvex } from "../wall/quad.js";

/** @typedef {import("../wall/quad.js").Corner} Corner */
/** @typedef {import("../wall/quad.js").Quad} Quad */
/** @typedef {{quad: Quad, corner: Corner}} Nudging */

const STEP = 0.002;
const LEAP = 0.02;

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param {Nudging} nudging
 * @param {{key: string, shiftKey: boolean}} pressed
 * @returns {Nudging | null} null for a key that means nothing here; a corner that would fold the picture stays
 */
export function nudge(nudging, { key, shiftKey }) {
  if (key === "Tab") return { ...nudging, corner: neighbour(nudging.corner, shiftKey ? -1 : 1) };
  const arrow = ARROWS[key];
  if (arrow === undefined) return null;
  const by = shiftKey ? LEAP : STEP;
  const { x, y } = nudging.quad[nudging.corner];
  const quad = { ...nudging.quad, [nudging.corner]: { x: x + arrow[0] * by, y: y + arrow[1] * by } };
  return isConvex(quad) ? { ...nudging, quad } : nudging;
}

/**
 * @param {Corner} corner
 * @param {number} by
 * @returns {Corner}
 */
function neighbour(corner, by) {
  return CORNERS[(CORNERS.indexOf(corner) + by + CORNERS.length) % CORNERS.length];
}
