/**
 * How one projector shows its part of the wall: which part, where the corners of its picture have to go so that the wall
 * sees it straight, and how wide the edges fade that another projector overlaps.
 */

import { number, object, point } from "../wire/values.js";
import { CORNERS, UNIT_SQUARE, isConvex, squareTo } from "./quad.js";

/** @typedef {import("../wire/values.js").Point} Point */
/** @typedef {import("./quad.js").Quad} Quad */
/** @typedef {{x: number, y: number, width: number, height: number}} Region a part of the wall, 0..1, y down */
/** @typedef {{left: number, right: number, top: number, bottom: number}} Blend shares of the picture */
/** @typedef {{region: Region, corners: Quad, blend: Blend}} Output */

/** @type {Output} */
export const WHOLE_WALL = {
  region: { x: 0, y: 0, width: 1, height: 1 },
  corners: UNIT_SQUARE,
  blend: { left: 0, right: 0, top: 0, bottom: 0 },
};

/** A projector's name, in the page's address and at the backend. */
export const NAME = /^[A-Za-z0-9_-]{1,40}$/;

const SMALLEST_PART = 0.05;
const WIDEST_BLEND = 0.5;

/**
 * @param {unknown} value as the backend keeps it
 * @returns {Output} what makes no sense is as for the whole wall
 */
export function readOutput(value) {
  const given = object(value);
  return { region: readRegion(given?.region), corners: readCorners(given?.corners), blend: readBlend(given?.blend) };
}

/**
 * @param {Output} output
 * @param {number} width of the page, pixels
 * @param {number} height of the page, pixels
 * @returns {string} the CSS transform that lays a page-sized picture onto the corners; empty where nothing is to be moved
 */
export function warp(output, width, height) {
  if (CORNERS.every((name) => same(output.corners[name], UNIT_SQUARE[name]))) return "";
  const [[a, b, c], [d, e, f], [g, h]] = squareTo(output.corners);
  const ratio = width / height;
  const cells = [
    [a, d / ratio, 0, g / width],
    [b * ratio, e, 0, h / height],
    [0, 0, 1, 0],
    [c * width, f * height, 0, 1],
  ];
  return `matrix3d(${cells.flat().join(",")})`;
}

/**
 * A point of the wall as a share of this projector's picture.
 * @param {Point} point
 * @param {Region} region
 * @returns {Point}
 */
export function inRegion(point, region) {
  return { x: (point.x - region.x) / region.width, y: (point.y - region.y) / region.height };
}

/**
 * How much light an edge gives at a share of the picture's width or height. Two projectors whose edges overlap give as much
 * as one: the ramps add up to 1 in light, and a projector's light is about the power 2.2 of its signal.
 * @param {number} at 0..1
 * @param {number} before width of the fading edge at 0
 * @param {number} after width of the fading edge at 1
 * @returns {number} the signal, 0..1
 */
export function fade(at, before, after) {
  const rising = before > 0 ? Math.min(at / before, 1) : 1;
  const falling = after > 0 ? Math.min((1 - at) / after, 1) : 1;
  return Math.max(0, Math.min(rising, falling)) ** (1 / 2.2);
}

/**
 * @param {unknown} value
 * @returns {Region}
 */
function readRegion(value) {
  const given = object(value);
  const [x, y, width, height] = [given?.x, given?.y, given?.width, given?.height].map(number);
  if (x === null || y === null || width === null || height === null) return WHOLE_WALL.region;
  const sound = x >= 0 && y >= 0 && width >= SMALLEST_PART && height >= SMALLEST_PART && x + width <= 1.001 && y + height <= 1.001;
  return sound ? { x, y, width, height } : WHOLE_WALL.region;
}

/**
 * @param {unknown} value
 * @returns {Quad}
 */
function readCorners(value) {
  const given = object(value);
  /** @type {Partial<Quad>} */
  const found = {};
  for (const name of CORNERS) {
    const corner = point(given?.[name]);
    if (corner === null || Math.abs(corner.x - 0.5) > 1 || Math.abs(corner.y - 0.5) > 1) return UNIT_SQUARE;
    found[name] = corner;
  }
  const quad = /** @type {Quad} */ (found);
  return isConvex(quad) ? quad : UNIT_SQUARE;
}

/**
 * @param {unknown} value
 * @returns {Blend}
 */
function readBlend(value) {
  const given = object(value);
  const [left, right, top, bottom] = [given?.left, given?.right, given?.top, given?.bottom].map((width) =>
    Math.min(Math.max(number(width) ?? 0, 0), WIDEST_BLEND),
  );
  return { left, right, top, bottom };
}

/**
 * @param {Point} a
 * @param {Point} b
 * @returns {boolean}
 */
function same(a, b) {
  return Math.abs(a.x - b.x) < 1e-6 && Math.abs(a.y - b.y) < 1e-6;
}
