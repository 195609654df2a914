/**
 * Measures what the page can measure of itself, for whoever asks: `window.dixi` holds frames painted, and the milliseconds
 * from the camera to the paint of the newest frames, where camera and page share a clock.
 */

const KEPT = 2_000;

export class Meter {
  constructor() {
    this.frames = 0;
    /** @type {number[]} */
    this.delays = [];
    /** @type {number | null} */
    this.last = null;
    Object.defineProperty(window, "dixi", { value: this });
  }

  /**
   * @param {number | null} captured Unix milliseconds
   * @param {number} now milliseconds of the page
   * @returns {void}
   */
  painted(captured, now) {
    this.frames += 1;
    if (captured === null || captured === this.last) return;
    this.last = captured;
    this.delays.push(performance.timeOrigin + now - captured);
    if (this.delays.length > KEPT) this.delays.shift();
  }
}
