/** Draws hands on a canvas. */

import { project } from "./projection.js";

/** @typedef {import("./messages.js").Point} Point */
/** @typedef {import("./scene.js").Scene} Scene */

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
 * Draw a scene over the whole canvas.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @returns {void}
 */
export function draw(context, scene) {
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  const unit = Math.min(width, height);
  for (const hand of scene.hands) {
    const points = hand.landmarks.map((landmark) => {
      const { x, y } = project(landmark, scene.matrix);
      return { x: x * width, y: y * height };
    });
    if (points.length > 0) drawHand(context, points, COLOURS[hand.side], unit);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Point[]} points in pixels
 * @param {string} colour
 * @param {number} unit the canvas's shorter side in pixels
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
