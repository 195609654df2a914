/** Fades the edges of a picture that another projector overlaps. */

import { fade } from "../wall/output.js";

/** @typedef {import("../wall/output.js").Blend} Blend */

const STEPS = 32;

/**
 * @param {CanvasRenderingContext2D} context of a canvas that lies over the whole picture
 * @param {Blend} blend
 * @returns {void}
 */
export function drawBlend(context, blend) {
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  darken(context, context.createLinearGradient(0, 0, width, 0), blend.left, blend.right);
  darken(context, context.createLinearGradient(0, 0, 0, height), blend.top, blend.bottom);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {CanvasGradient} gradient
 * @param {number} before
 * @param {number} after
 */
function darken(context, gradient, before, after) {
  if (before === 0 && after === 0) return;
  for (const at of stops(before, after)) gradient.addColorStop(at, `rgba(0,0,0,${1 - fade(at, before, after)})`);
  context.fillStyle = gradient;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
}

/**
 * @param {number} before
 * @param {number} after
 * @returns {number[]} rising, with many where the light changes
 */
export function stops(before, after) {
  const ramp = Array.from({ length: STEPS + 1 }, (_, step) => step / STEPS);
  const all = [...ramp.map((share) => share * before), ...ramp.map((share) => 1 - share * after)];
  return [...new Set(all)].sort((a, b) => a - b);
}
