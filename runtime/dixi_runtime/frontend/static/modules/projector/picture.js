/** What the projector throws: two canvases, some words, warped onto the wall, with faded edges. */

import { drawBlend } from "../drawing/blending.js";
import { drawHands } from "../drawing/hands.js";
import { drawOutlines } from "../drawing/outlines.js";
import { drawPattern } from "../drawing/pattern.js";
import { showAnswers, showContent } from "../drawing/words.js";
import { title } from "../state/news.js";
import { WHOLE_WALL, warp } from "../wall/output.js";

/** @typedef {import("../state/news.js").News} News */
/** @typedef {import("../wall/output.js").Output} Output */
/** @typedef {import("../drawing/solids.js").Solids} Solids */
/** @typedef {Parameters<typeof drawPattern>[1]} Progress */

/** How long a warning stays on the wall, in milliseconds. */
const WARNED_FOR = 6_000;

export class Picture {
  /** @param {Document} page */
  constructor(page) {
    /** @param {string} id */
    const element = (id) => /** @type {HTMLElement} */ (page.getElementById(id));
    /** @param {string} id */
    const canvas = (id) => /** @type {HTMLCanvasElement} */ (page.getElementById(id));
    this.wall = element("wall");
    this.words = { content: element("content"), answers: element("answers"), gesture: element("gesture") };
    this.notes = { simulated: element("simulated"), flat: element("flat"), guide: element("guide") };
    this.canvases = { solids: canvas("solids"), hands: canvas("hands"), edges: canvas("edges") };
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvases.hands.getContext("2d"));
    this.output = WHOLE_WALL;
    /** @type {News | null} */
    this.drawn = null;
    this.isPatternShown = false;
    /** @type {Solids | null} */
    this.solids = null;
    void this.bringThree();
  }

  /** Three is large and may be missing, as WebGL may; hands are drawn without it. */
  async bringThree() {
    try {
      const { Solids } = await import("../drawing/solids.js");
      this.solids = new Solids(this.canvases.solids);
      this.arrange(this.output);
    } catch {
      this.notes.flat.hidden = false;
    }
    this.drawn = null;
  }

  /**
   * Fit everything to the window and to the projector's output.
   * @param {Output} output
   * @returns {void}
   */
  arrange(output) {
    this.output = output;
    const { innerWidth, innerHeight } = window;
    this.wall.style.transform = warp(output, innerWidth, innerHeight);
    const scale = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round(innerWidth * scale));
    const height = Math.max(1, Math.round(innerHeight * scale));
    for (const canvas of [this.canvases.hands, this.canvases.edges]) Object.assign(canvas, { width, height });
    this.solids?.resize(width, height, output.region);
    drawBlend(/** @type {CanvasRenderingContext2D} */ (this.canvases.edges.getContext("2d")), output.blend);
    this.drawn = null;
  }

  /**
   * Draws what has changed.
   * @param {News} news
   * @param {Output} output
   * @param {Progress | null} pattern the test pattern to show, if any
   * @returns {void}
   */
  draw(news, output, pattern) {
    const before = this.drawn;
    if (news === before && pattern === null && !this.isPatternShown) return;
    const { region } = output;
    const { width, height } = this.context.canvas;
    this.context.clearRect(0, 0, width, height);
    if (pattern !== null) this.withinWall(() => drawPattern(this.context, pattern));
    else if (this.solids === null) drawOutlines(this.context, news.scene, region);
    drawHands(this.context, news.hands, news.matrix, region);
    if (pattern !== null !== this.isPatternShown || before?.scene !== news.scene) this.drawSolids(news, pattern !== null);
    this.isPatternShown = pattern !== null;
    if (before?.answers !== news.answers) showAnswers(this.words.answers, news.answers);
    if (before?.content !== news.content) showContent(this.words.content, news.content, region);
    this.showGesture(news.gesture);
    this.notes.simulated.hidden = !news.simulated;
    this.drawn = news;
  }

  /**
   * @param {string} text empty for nothing to say
   * @returns {void}
   */
  guide(text) {
    this.notes.guide.textContent = text;
    this.notes.guide.hidden = text === "";
  }

  /**
   * Says something for a while: a wall should not show it for ever.
   * @param {string} text
   * @returns {void}
   */
  warn(text) {
    this.guide(text);
    setTimeout(() => {
      if (this.notes.guide.textContent === text) this.guide("");
    }, WARNED_FOR);
  }

  /**
   * @param {News} news
   * @param {boolean} isHidden
   */
  drawSolids(news, isHidden) {
    this.canvases.solids.hidden = isHidden;
    if (!isHidden) this.solids?.draw(news.scene);
  }

  /**
   * Draw in the whole wall's pixels, of which the canvas shows a part.
   * @param {() => void} draw
   */
  withinWall(draw) {
    const { region } = this.output;
    const { width, height } = this.context.canvas;
    this.context.save();
    this.context.scale(1 / region.width, 1 / region.height);
    this.context.translate(-region.x * width, -region.y * height);
    draw();
    this.context.restore();
  }

  /** @param {string} name */
  showGesture(name) {
    const { gesture } = this.words;
    if (gesture.dataset.gesture === name) return;
    gesture.dataset.gesture = name;
    gesture.textContent = title(name);
  }
}
