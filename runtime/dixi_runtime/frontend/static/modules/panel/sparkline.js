/** A line of the newest numbers. */

import { clear } from "../drawing/canvas.js";

const KEPT = 120;

export class Sparkline {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** @type {number[]} */
    this.values = [];
  }

  /**
   * @param {number} value
   * @returns {void}
   */
  add(value) {
    this.values.push(value);
    if (this.values.length > KEPT) this.values.shift();
    this.draw();
  }

  draw() {
    const { context, width, height, scale } = clear(this.canvas);
    const most = Math.max(1, ...this.values);
    context.strokeStyle = window.getComputedStyle(this.canvas).color;
    context.lineWidth = 2 * scale;
    context.beginPath();
    this.values.forEach((value, index) => {
      context.lineTo((index / (KEPT - 1)) * width, height - scale - (value / most) * (height - 4 * scale));
    });
    context.stroke();
  }
}
