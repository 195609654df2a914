/** Sets where the corners of this projector's picture go, by keyboard. */

import { nudge } from "../calibration/nudging.js";
import { WHOLE_WALL } from "../wall/output.js";

/** @typedef {import("../wall/output.js").Output} Output */
/** @typedef {import("../wall/quad.js").Corner} Corner */

const HELP = "Tab: next corner. Arrows: move it, with Shift further. Home: undo all. Enter: keep. Escape: leave as it was.";

export class Keystone {
  /** @param {{show: (output: Output) => void, save: (output: Output) => void, say: (text: string) => void}} doing */
  constructor(doing) {
    this.doing = doing;
    /** @type {{before: Output, now: Output, corner: Corner} | null} */
    this.work = null;
  }

  /**
   * @param {Output} output
   * @returns {void}
   */
  toggle(output) {
    if (this.work !== null) {
      this.end();
      return;
    }
    this.work = { before: output, now: output, corner: "topLeft" };
    this.tell();
  }

  /** Leave everything as it was. */
  end() {
    if (this.work === null) return;
    this.doing.show(this.work.before);
    this.work = null;
    this.doing.say("");
  }

  /**
   * @param {KeyboardEvent} pressed
   * @returns {boolean} whether the key was meant for the keystone
   */
  press(pressed) {
    if (this.work === null) return false;
    if (pressed.key === "Enter") {
      this.doing.save(this.work.now);
      this.work = null;
      this.doing.say("");
      return true;
    }
    if (pressed.key === "Home") return this.move({ ...this.work.now, corners: WHOLE_WALL.corners }, this.work.corner);
    const moved = nudge({ quad: this.work.now.corners, corner: this.work.corner }, pressed);
    return moved !== null && this.move({ ...this.work.now, corners: moved.quad }, moved.corner);
  }

  /**
   * @param {Output} output
   * @param {Corner} corner
   * @returns {true}
   */
  move(output, corner) {
    this.work = { before: this.work?.before ?? output, now: output, corner };
    this.doing.show(output);
    this.tell();
    return true;
  }

  tell() {
    this.doing.say(this.work === null ? "" : `Corner: ${this.work.corner}\n${HELP}`);
  }
}
