/** Draws hands on a canvas. */

import { inRegion } from "../wall/output.js";
import { project } from "../wall/projection.js";

/** @typedef {import("../wire/messages.js").Point} Point */
/** @typedef {import("../wire/messages.js").Hand} Hand */
/** @typedef {import("../wall/output.js").Region} Region */

/** Pairs of MediaPipe hand landmarks that a bone joins: thumb, four fingers, palm. */
export const BONES = /** @type {const} */ ([
  [0, 1], [1, 2], [2, 3], [3, 4],
  [0, 5], [5, 6], [6, 7], [7, 8],
  [9, 10], [10, 11], [11, 12],
  [13, 14], [14, 15], [15, 16],
  [0, 17], [17, 18], [18, 19], [19, 20],
  [5, 9], [9, 13], [13, 17],
]);

const COLOURS = { left: "#ff8ad8", right: "#4de1ff" };
const JOINT = "#f2f6ff";

/**
 * Draw hands over what is there.
 * @param {CanvasRenderingContext2D} context
 * @param {Hand[]} hands
 * @param {number[][] | null} matrix from the camera to the wall
 * @param {Region} region the part of the wall that the canvas shows
 * @returns {void}
 */
export function drawHands(context, hands, matrix, region) {
  const { width, height } = context.canvas;
  const unit = Math.min(width / region.width, height / region.height);
  for (const hand of hands) {
    const points = hand.landmarks.map((landmark) => toCanvas(landmark, matrix, region, width, height));
    if (points.length > 0 && points.every((point) => point !== null)) drawHand(context, points, COLOURS[hand.side], unit);
  }
}

/**
 * @param {Point} landmark
 * @param {number[][] | null} matrix
 * @param {Region} region
 * @param {number} width
 * @param {number} height
 * @returns {Point | null}
 */
function toCanvas(landmark, matrix, region, width, height) {
  const onWall = project(landmark, matrix);
  if (onWall === null) return null;
  const { x, y } = inRegion(onWall, region);
  return { x: x * width, y: y * height };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Point[]} points in pixels
 * @param {string} colour
 * @param {number} unit the wall's shorter side in pixels
 */
function drawHand(context, points, colour, unit) {
  context.lineCap = "round";
  context.lineWidth = unit * 0.008;
  context.strokeStyle = colour;
  context.beginPath();
  for (const [from, to] of BONES) {
    context.moveTo(points[from].x, points[from].y);
    context.lineTo(points[to].x, points[to].y);
  }
  context.stroke();
  context.fillStyle = JOINT;
  for (const { x, y } of points) {
    context.beginPath();
    context.arc(x, y, unit * 0.009, 0, 2 * Math.PI);
    context.fill();
  }
}
