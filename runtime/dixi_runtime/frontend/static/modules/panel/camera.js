/** The camera's picture with the hands that are seen in it, as in a mirror; and the sharing of this device's own camera. */

import { Share } from "../camera/share.js";
import { clear } from "../drawing/canvas.js";
import { drawHands } from "../drawing/hands.js";
import { WHOLE_WALL } from "../wall/output.js";
import { button, find, press } from "./dom.js";
import { Feed } from "./feed.js";

/** @typedef {import("../wire/messages.js").Hand} Hand */

export class Camera {
  /**
   * @param {HTMLElement} card
   * @param {() => string} findPushUrl
   */
  constructor(card, findPushUrl) {
    this.feed = new Feed(find(card, "img", HTMLImageElement));
    this.canvas = find(card, "canvas", HTMLCanvasElement);
    this.state = find(card, ".state", HTMLElement);
    this.watching = button(card, "watch");
    this.sharing = button(card, "share");
    this.share = new Share(findPushUrl, find(card, "video", HTMLVideoElement), ({ state, text }) => {
      this.state.textContent = text;
      press(this.sharing, state !== "stopped");
      this.sharing.textContent = state === "stopped" ? "Share this device's camera" : "Stop sharing";
    });
    this.watching.addEventListener("click", () => this.watch(!this.feed.isWanted));
    this.sharing.addEventListener("click", () => this.toggle());
  }

  toggle() {
    if (this.sharing.getAttribute("aria-pressed") === "true") this.share.stop();
    else void this.share.start();
  }

  /** @param {boolean} isOn */
  watch(isOn) {
    press(this.watching, isOn);
    this.feed.want(isOn);
  }

  /**
   * @param {Hand[]} hands
   * @returns {void}
   */
  draw(hands) {
    // Without a matrix the wall is a mirror, as the picture beneath is.
    drawHands(clear(this.canvas).context, hands, null, WHOLE_WALL.region);
  }
}
