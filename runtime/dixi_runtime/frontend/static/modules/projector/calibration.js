/** Shows the test pattern, and calibrates the wall by a fingertip held onto its targets. */

import { NOTHING_TOUCHED, cornersOf, current, feel, stepBack, toMapping } from "../calibration/touching.js";
import { CORNERS } from "../wall/quad.js";

/** @typedef {import("../state/news.js").News} News */
/** @typedef {import("../wire/messages.js").PatternName} PatternName */
/** @typedef {import("../wall/quad.js").Corner} Corner */
/** @typedef {{points: {id: Corner, cameraX: number, cameraY: number}[]}} Mapping */

const INDEX_TIP = 8;
/** The one gesture that touches: a hand that rests in sight must not. */
const POINT = "point";
/** How long the outcome stays on the wall, in milliseconds. */
const SHOWN_FOR = 4_000;

/** @type {Record<Corner, string>} */
const WHERE = { topLeft: "top left", topRight: "top right", bottomRight: "bottom right", bottomLeft: "bottom left" };

export class Calibration {
  /**
   * @param {{save: (mapping: Mapping) => Promise<unknown>, say: (text: string) => void, close: () => void}} doing
   */
  constructor(doing) {
    this.doing = doing;
    /** @type {PatternName} */
    this.pattern = "off";
    this.touching = NOTHING_TOUCHED;
    this.isSaving = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} while the outcome is on the wall */
    this.telling = undefined;
  }

  /**
   * @param {PatternName} pattern
   * @returns {void}
   */
  show(pattern) {
    if (pattern === this.pattern) return;
    this.pattern = pattern;
    this.touching = NOTHING_TOUCHED;
    if (this.telling === undefined) this.tell();
  }

  /** Take the last corner back. */
  back() {
    this.touching = stepBack(this.touching);
    this.tell();
  }

  /**
   * @param {News} news
   * @param {number} now
   * @returns {void}
   */
  watch(news, now) {
    if (this.pattern !== "touch" || this.isSaving) return;
    const hand = news.hands.find((found) => found.gesture === POINT && found.landmarks.length > 0);
    const touching = feel(this.touching, hand?.landmarks[INDEX_TIP] ?? null, now);
    const isNext = touching.touched.length !== this.touching.touched.length;
    this.touching = touching;
    if (!isNext) return;
    if (current(touching) === null) void this.finish();
    else this.tell();
  }

  /** @returns {{active: Corner | null, done: Set<Corner>, held: number}} for the pattern */
  progress() {
    const { touched, held } = this.touching;
    const active = this.pattern === "touch" ? current(this.touching) : null;
    return { active, done: new Set(CORNERS.slice(0, touched.length)), held };
  }

  async finish() {
    const found = cornersOf(this.touching);
    if ("problem" in found) {
      this.touching = NOTHING_TOUCHED;
      this.tell(found.problem);
      return;
    }
    this.isSaving = true;
    try {
      await this.doing.save(toMapping(found.quad));
      this.say("Calibrated");
      this.doing.close();
    } catch (error) {
      this.say(error instanceof Error ? error.message : String(error));
      this.touching = NOTHING_TOUCHED;
    } finally {
      this.isSaving = false;
    }
  }

  /** @param {string} outcome */
  say(outcome) {
    this.doing.say(outcome);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      this.telling = undefined;
      this.tell();
    }, SHOWN_FOR);
  }

  /** @param {string} [problem] */
  tell(problem) {
    const corner = current(this.touching);
    if (this.pattern !== "touch" || corner === null) {
      this.doing.say("");
      return;
    }
    const task = `Point, and hold the fingertip onto the target at the ${WHERE[corner]}.\nBackspace takes a corner back, Escape ends.`;
    this.doing.say(problem === undefined ? task : `${problem}\n${task}`);
  }
}
