/** Shows the gesture of now, and the last ones. */

import { title } from "../state/news.js";
import { find, make } from "./dom.js";

const KEPT = 30;

export class Gestures {
  /** @param {HTMLElement} card */
  constructor(card) {
    this.now = find(card, ".now", HTMLElement);
    this.history = find(card, ".history", HTMLElement);
    this.shown = "";
  }

  /**
   * @param {string} gesture
   * @param {Date} at
   * @returns {void}
   */
  show(gesture, at) {
    if (gesture === this.shown) return;
    this.shown = gesture;
    const name = title(gesture);
    this.now.textContent = name || "No hand";
    if (name === "") return;
    const line = make("li", name);
    line.append(make("time", at.toLocaleTimeString()));
    this.history.prepend(line);
    while (this.history.childElementCount > KEPT) this.history.lastElementChild?.remove();
  }
}
