/**
 * Calibration by hand: a person holds a fingertip onto one target after the other, in front of the camera. A state machine
 * over plain values: camera points 0..1, times in milliseconds.
 */

import { INSET } from "../drawing/pattern.js";
import { CORNERS, apply, isConvex, squareTo } from "../wall/quad.js";

/** @typedef {import("../wire/values.js").Point} Point */
/** @typedef {import("../wall/quad.js").Corner} Corner */
/** @typedef {import("../wall/quad.js").Quad} Quad */
/**
 * @typedef {{touched: Point[], still: {at: Point, since: number} | null, held: number}} Touching
 * `held` says how far the hold of the current target is, 0..1
 */

export const HOLD = 1_200;
/** How far a fingertip may move while it holds, in camera widths. */
export const STILL = 0.015;
/** How far a target is at least from the last one. */
export const APART = 0.05;

/** @type {Touching} */
export const NOTHING_TOUCHED = { touched: [], still: null, held: 0 };

/**
 * @param {Touching} touching
 * @returns {Corner | null} the corner to be touched now; null when all were
 */
export function current(touching) {
  return CORNERS[touching.touched.length] ?? null;
}

/**
 * @param {Touching} touching
 * @param {Point | null} tip the fingertip in the camera; null when there is none
 * @param {number} now
 * @returns {Touching}
 */
export function feel(touching, tip, now) {
  if (tip === null || current(touching) === null) return { ...touching, still: null, held: 0 };
  const { still, touched } = touching;
  if (still === null || distance(still.at, tip) > STILL) return { ...touching, still: { at: tip, since: now }, held: 0 };
  const last = touched.at(-1);
  if (last !== undefined && distance(last, tip) < APART) return { ...touching, held: 0 };
  const held = Math.min((now - still.since) / HOLD, 1);
  return held < 1 ? { ...touching, held } : { touched: [...touched, still.at], still: null, held: 0 };
}

/**
 * @param {Touching} touching
 * @returns {Touching} without the corner that was touched last
 */
export function stepBack(touching) {
  return { touched: touching.touched.slice(0, -1), still: null, held: 0 };
}

/**
 * Where the wall's corners are in the camera, once all targets were touched. The targets lie inside the corners, so the
 * corners follow from the same projective map.
 * @param {Touching} touching
 * @returns {{quad: Quad} | {problem: string}}
 */
export function cornersOf(touching) {
  const [topLeft, topRight, bottomRight, bottomLeft] = touching.touched;
  const targets = { topLeft, topRight, bottomRight, bottomLeft };
  if (!isConvex(targets)) return { problem: "The four points do not go around a wall; touch the targets again, in turn." };
  const map = squareTo(targets);
  const out = INSET / (1 - 2 * INSET);
  const quad = {
    topLeft: apply(map, { x: -out, y: -out }),
    topRight: apply(map, { x: 1 + out, y: -out }),
    bottomRight: apply(map, { x: 1 + out, y: 1 + out }),
    bottomLeft: apply(map, { x: -out, y: 1 + out }),
  };
  const isSeen = CORNERS.every((name) => inView(quad[name].x) && inView(quad[name].y));
  return isSeen ? { quad } : { problem: "The camera does not see all of the wall; move it back or turn it, then try again." };
}

/**
 * @param {Quad} quad
 * @returns {{points: {id: Corner, cameraX: number, cameraY: number}[]}} as the backend takes it
 */
export function toMapping(quad) {
  return { points: CORNERS.map((id) => ({ id, cameraX: clamp(quad[id].x), cameraY: clamp(quad[id].y) })) };
}

/**
 * @param {number} value
 * @returns {boolean} whether the camera sees it, give or take a hundredth
 */
function inView(value) {
  return value >= -0.01 && value <= 1.01;
}

/**
 * @param {number} value
 * @returns {number}
 */
function clamp(value) {
  return Math.min(Math.max(value, 0), 1);
}

/**
 * @param {Point} a
 * @param {Point} b
 * @returns {number}
 */
function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
