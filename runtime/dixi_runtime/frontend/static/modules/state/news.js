/** What a page knows right now. */

import { EMPTY_LIVE_SCENE } from "../wire/scene.js";
import { NO_ANSWERS, addAnswer, forgetAnswers } from "./answers.js";

/** @typedef {import("../wire/messages.js").Hand} Hand */
/** @typedef {import("../wire/messages.js").Message} Message */
/** @typedef {import("../wire/scene.js").LiveScene} LiveScene */
/** @typedef {import("../wire/content.js").Content} Content */
/** @typedef {import("./answers.js").Answers} Answers */
/**
 * @typedef {{
 *   hands: Hand[], gesture: string, matrix: number[][] | null, simulated: boolean, at: number, captured: number | null,
 *   scene: LiveScene, content: Content | null, answers: Answers,
 * }} News `at` is when hands were seen last, in milliseconds of the page's clock; `captured` is the camera's own time
 */

/** Without news for this many milliseconds, nobody is there. */
export const FRESH_FOR = 1_000;

const NOBODY = { hands: /** @type {Hand[]} */ ([]), gesture: "", simulated: false, at: -Infinity, captured: null };

/** @type {News} */
export const NO_NEWS = { ...NOBODY, matrix: null, scene: EMPTY_LIVE_SCENE, content: null, answers: NO_ANSWERS };

const NAMELESS = new Set(["", "none", "unknown"]);

/**
 * What is known after a message.
 * @param {News} news
 * @param {Message} message
 * @param {number} now milliseconds
 * @returns {News}
 */
export function receive(news, message, now) {
  switch (message.kind) {
    case "mapping":
      return { ...news, matrix: message.matrix };
    case "content":
      return { ...news, content: message.content };
    case "scene":
      return show(news, message.scene);
    case "answer":
      return { ...news, answers: addAnswer(news.answers, message, now) };
    case "gesture":
      return { ...news, gesture: message.gesture, simulated: message.simulated, at: now };
    case "tracking":
      return {
        ...news,
        hands: message.hands,
        gesture: message.hands.map((hand) => hand.gesture).find((given) => !NAMELESS.has(given)) ?? "",
        simulated: message.simulated,
        captured: message.captured,
        at: now,
      };
    case "projector":
    case "pattern":
      return news;
  }
}

/**
 * What is known at a time: news that is too old is forgotten, what was put on the wall is not.
 * @param {News} news
 * @param {number} now milliseconds
 * @returns {News}
 */
export function expire(news, now) {
  const answers = forgetAnswers(news.answers, now);
  const kept = answers === news.answers ? news : { ...news, answers };
  return now - news.at <= FRESH_FOR || news.at === -Infinity ? kept : { ...kept, ...NOBODY };
}

/**
 * A gesture's name for people: `open_palm` is "Open palm", an unknown one is nothing.
 * @param {string} gesture
 * @returns {string}
 */
export function title(gesture) {
  if (NAMELESS.has(gesture)) return "";
  const words = gesture.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * @param {News} news
 * @param {LiveScene} scene
 * @returns {News}
 */
function show(news, scene) {
  const isCleared = scene.cleared > news.scene.cleared && news.scene.revision >= 0;
  return { ...news, scene, answers: isCleared ? NO_ANSWERS : news.answers };
}
