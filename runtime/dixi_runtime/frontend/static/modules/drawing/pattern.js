/** The test pattern by which a wall is calibrated: a grid, and a target in each corner. */

import { CORNERS, UNIT_SQUARE } from "../wall/quad.js";

/** @typedef {import("../wall/quad.js").Corner} Corner */

const LINES = 8;
const GRID = "#2b6cb0";
const TARGET = "#ffffff";
const ACTIVE = "#ffb454";
const DONE = "#58d68d";

/** How far a target's middle is from the edge, as a share of the wall: a finger has to fit between. */
export const INSET = 0.08;

/**
 * Where the target of a corner is on the wall, 0..1, y down.
 * @param {Corner} corner
 * @returns {{x: number, y: number}}
 */
export function targetOf(corner) {
  const { x, y } = UNIT_SQUARE[corner];
  return { x: INSET + x * (1 - 2 * INSET), y: INSET + y * (1 - 2 * INSET) };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{active: Corner | null, done: ReadonlySet<Corner>, held: number}} progress `held` is 0..1
 * @returns {void}
 */
export function drawPattern(context, { active, done, held }) {
  const { width, height } = context.canvas;
  const unit = Math.min(width, height);
  context.lineWidth = Math.max(1, unit * 0.002);
  context.strokeStyle = GRID;
  context.beginPath();
  for (let line = 0; line <= LINES; line += 1) {
    const share = line / LINES;
    context.moveTo(share * width, 0);
    context.lineTo(share * width, height);
    context.moveTo(0, share * height);
    context.lineTo(width, share * height);
  }
  context.stroke();
  for (const corner of CORNERS) {
    const { x, y } = targetOf(corner);
    const colour = corner === active ? ACTIVE : done.has(corner) ? DONE : TARGET;
    target(context, x * width, y * height, unit * (corner === active ? 0.06 : 0.04), colour);
    if (corner === active && held > 0) arc(context, x * width, y * height, unit * 0.075, held);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} colour
 */
function target(context, x, y, radius, colour) {
  context.strokeStyle = colour;
  context.lineWidth = radius * 0.12;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.moveTo(x - radius * 1.3, y);
  context.lineTo(x + radius * 1.3, y);
  context.moveTo(x, y - radius * 1.3);
  context.lineTo(x, y + radius * 1.3);
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {number} share
 */
function arc(context, x, y, radius, share) {
  context.strokeStyle = ACTIVE;
  context.lineWidth = radius * 0.15;
  context.beginPath();
  context.arc(x, y, radius, -Math.PI / 2, -Math.PI / 2 + share * 2 * Math.PI);
  context.stroke();
}
