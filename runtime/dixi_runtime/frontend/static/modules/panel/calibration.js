/** Calibrates the wall on the camera's picture: four handles, by mouse, finger or keyboard. */

import { nudge } from "../calibration/nudging.js";
import { toMapping } from "../calibration/touching.js";
import { clear } from "../drawing/canvas.js";
import { CORNERS, isConvex } from "../wall/quad.js";
import { list, object, point } from "../wire/values.js";
import { attempt, button, find, press } from "./dom.js";
import { Feed } from "./feed.js";

/** @typedef {import("./client.js").Ask} Ask */
/** @typedef {import("../wall/quad.js").Corner} Corner */
/** @typedef {import("../wall/quad.js").Quad} Quad */

/** @type {Quad} */
const START = {
  topLeft: { x: 0.2, y: 0.2 },
  topRight: { x: 0.8, y: 0.2 },
  bottomRight: { x: 0.8, y: 0.8 },
  bottomLeft: { x: 0.2, y: 0.8 },
};

export class CalibrationCard {
  /**
   * @param {HTMLElement} card
   * @param {Ask} ask
   */
  constructor(card, ask) {
    this.ask = ask;
    this.view = find(card, ".view", HTMLElement);
    this.feed = new Feed(find(card, "img", HTMLImageElement));
    this.canvas = find(card, "canvas", HTMLCanvasElement);
    this.state = find(card, ".state", HTMLElement);
    this.buttons = { grid: button(card, "grid"), touch: button(card, "touch") };
    this.handles = new Map(CORNERS.map((name) => [name, find(card, `[data-corner=${name}]`, HTMLButtonElement)]));
    this.quad = START;
    for (const [name, handle] of this.handles) this.startHandle(name, handle);
    button(card, "save").addEventListener("click", () => void this.save());
    button(card, "reset").addEventListener("click", () => void this.reset());
    for (const [name, switched] of Object.entries(this.buttons)) {
      switched.addEventListener("click", () => void this.showPattern(switched.getAttribute("aria-pressed") === "true" ? "off" : name));
    }
    new ResizeObserver(() => this.draw()).observe(this.view);
    void this.look();
  }

  /**
   * The pattern that the walls show now.
   * @param {string} pattern
   * @returns {void}
   */
  hear(pattern) {
    for (const [name, switched] of Object.entries(this.buttons)) press(switched, name === pattern);
  }

  async look() {
    await attempt(this.state, "", async () => this.take(await this.ask("GET", "/api/projection/mapping")));
  }

  /** @param {Record<string, unknown>} mapping */
  take(mapping) {
    this.state.textContent = mapping.calibrated === true ? "Calibrated" : "Not calibrated: pages are a mirror";
    const found = new Map(
      list(mapping.points).map((given) => {
        const corner = object(given);
        return [corner?.id, point({ x: corner?.cameraX, y: corner?.cameraY })];
      }),
    );
    const quad = Object.fromEntries(CORNERS.map((name) => [name, found.get(name) ?? START[name]]));
    this.move(/** @type {Quad} */ (quad));
  }

  async save() {
    if (!isConvex(this.quad)) {
      this.state.textContent = "The corners must go around the picture, without crossing";
      return;
    }
    await attempt(this.state, "Calibrated", () => this.ask("POST", "/api/projection/mapping", toMapping(this.quad)));
  }

  async reset() {
    await attempt(this.state, "Not calibrated: pages are a mirror", () => this.ask("DELETE", "/api/projection/mapping"));
    this.move(START);
  }

  /** @param {string} pattern */
  async showPattern(pattern) {
    await attempt(this.state, "", () => this.ask("POST", "/api/projection/pattern", { pattern }));
  }

  /**
   * @param {Corner} name
   * @param {HTMLButtonElement} handle
   */
  startHandle(name, handle) {
    handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const box = this.view.getBoundingClientRect();
      this.moveCorner(name, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    });
    handle.addEventListener("keydown", (event) => {
      const moved = event.key === "Tab" ? null : nudge({ quad: this.quad, corner: name }, event);
      if (moved === null) return;
      event.preventDefault();
      this.moveCorner(name, moved.quad[name].x, moved.quad[name].y);
    });
  }

  /**
   * @param {Corner} name
   * @param {number} x
   * @param {number} y
   */
  moveCorner(name, x, y) {
    const within = { x: Math.min(Math.max(x, 0), 1), y: Math.min(Math.max(y, 0), 1) };
    this.move({ ...this.quad, [name]: within });
  }

  /** @param {Quad} quad */
  move(quad) {
    this.quad = quad;
    this.draw();
  }

  draw() {
    const { context, width, height, scale } = clear(this.canvas);
    context.lineWidth = 2 * scale;
    context.strokeStyle = isConvex(this.quad) ? "#58d68d" : "#ff9d94";
    context.beginPath();
    for (const name of CORNERS) context.lineTo(this.quad[name].x * width, this.quad[name].y * height);
    context.closePath();
    context.stroke();
    for (const [name, handle] of this.handles) {
      handle.style.left = `${this.quad[name].x * 100}%`;
      handle.style.top = `${this.quad[name].y * 100}%`;
    }
  }
}
