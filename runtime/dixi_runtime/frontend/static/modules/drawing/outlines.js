/** Draws the live scene flat, for a browser without WebGL: each object's outline where the object is. */

import { SIDE } from "../wire/scene.js";

/** @typedef {import("../wire/scene.js").LiveScene} LiveScene */
/** @typedef {import("../wire/scene.js").SceneObject} SceneObject */
/** @typedef {import("../wall/output.js").Region} Region */

/** Corners of the outline; 0 is a circle. */
const CORNERS = /** @type {Record<string, number>} */ ({ box: 4, plane: 4, cylinder: 4, octahedron: 4, cone: 3, tetrahedron: 3 });

/**
 * @param {CanvasRenderingContext2D} context
 * @param {LiveScene} live
 * @param {Region} region the part of the wall that the canvas shows
 * @returns {void}
 */
export function drawOutlines(context, live, region) {
  const { width, height } = context.canvas;
  const wall = { width: width / region.width, height: height / region.height };
  for (const object of live.objects) {
    const [x, y] = object.position;
    context.save();
    context.translate((x / SIDE + 0.5 - region.x) * wall.width, (0.5 - y / SIDE - region.y) * wall.height);
    context.rotate(-object.rotation[2]);
    outline(context, object, (Math.max(...object.scale) / SIDE) * wall.height);
    context.lineWidth = wall.height * (object.id === live.selected ? 0.008 : 0.004);
    context.strokeStyle = object.id === live.selected ? "#ffffff" : object.colour;
    context.stroke();
    context.restore();
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {SceneObject} object
 * @param {number} size pixels
 */
function outline(context, object, size) {
  const corners = CORNERS[object.type] ?? 0;
  context.beginPath();
  if (corners === 0) {
    context.arc(0, 0, size / 2, 0, 2 * Math.PI);
    return;
  }
  const start = corners === 3 ? -Math.PI / 2 : -Math.PI / 4;
  const radius = corners === 3 ? size * 0.58 : size * Math.SQRT1_2;
  for (let corner = 0; corner < corners; corner += 1) {
    const angle = start + (corner * 2 * Math.PI) / corners;
    context.lineTo(radius * Math.cos(angle), radius * Math.sin(angle));
  }
  context.closePath();
}
