/**
 * From the backend's text to values that are safe to draw: whatever is malformed is left out, nothing is ever thrown.
 * Points are camera-normalised: 0..1, origin at the top left, y down, not mirrored.
 */

import { readContent } from "./content.js";
import { readScene } from "./scene.js";
import { list, matrix, number, object, parse, point, text } from "./values.js";

/** @typedef {import("./values.js").Point} Point */
/** @typedef {import("./content.js").Content} Content */
/** @typedef {import("./scene.js").LiveScene} LiveScene */
/** @typedef {{side: "left" | "right", gesture: string, landmarks: Point[]}} Hand */
/**
 * @typedef {{kind: "tracking", hands: Hand[], simulated: boolean, captured: number | null}} Tracking
 * `captured` is when the picture was taken, in Unix milliseconds of the camera's clock
 */
/** @typedef {{kind: "gesture", gesture: string, simulated: boolean}} Gesture */
/** @typedef {{kind: "mapping", matrix: number[][] | null}} Mapping */
/** @typedef {{kind: "scene", scene: LiveScene}} Scene */
/** @typedef {{kind: "content", content: Content | null}} Shown */
/** @typedef {{kind: "projector", name: string}} Projector another setting of the projector of that name holds */
/** @typedef {"off" | "grid" | "touch"} PatternName */
/** @typedef {{kind: "pattern", pattern: PatternName}} Pattern */
/**
 * @typedef {{kind: "answer", id: string, query: string, text: string, growing: boolean, first: boolean, at: number}} Answer
 * A part of an answer has `growing`, and its text is what is new; `at` is in Unix milliseconds.
 */
/** @typedef {Tracking | Gesture | Mapping | Scene | Shown | Projector | Pattern | Answer} Message */

export const LANDMARKS = 21;
/** @type {PatternName[]} */
const PATTERNS = ["off", "grid", "touch"];
const LONGEST_NAME = 40;
const LONGEST_TEXT = 20_000;

/**
 * @param {string} said
 * @returns {Message | null} null for a message that is none of the page's business
 */
export function parseMessage(said) {
  const message = object(parse(said));
  const data = object(message?.data);
  if (data === null) return null;
  switch (message?.type) {
    case "tracking":
      return {
        kind: "tracking",
        hands: hands(data.hands),
        simulated: data.simulated === true,
        captured: taken(data),
      };
    case "gesture":
      return { kind: "gesture", gesture: text(data.type, LONGEST_NAME), simulated: data.simulated === true };
    case "scene":
      return scene(data);
    case "ai_response":
      return answer(data);
    case "projection":
      return projection(data);
    default:
      return null;
  }
}

/**
 * @param {Record<string, unknown>} data
 * @returns {number | null} milliseconds; a camera that was pushed tells microseconds
 */
function taken(data) {
  const microseconds = number(data.captured);
  return microseconds === null ? number(data.timestamp) : microseconds / 1_000;
}

/**
 * @param {Record<string, unknown>} data
 * @returns {Scene | null}
 */
function scene(data) {
  const found = readScene(data);
  return found === null ? null : { kind: "scene", scene: found };
}

/**
 * @param {Record<string, unknown>} data
 * @returns {Answer}
 */
function answer(data) {
  return {
    kind: "answer",
    id: text(data.id, LONGEST_NAME),
    query: text(data.query, LONGEST_TEXT),
    text: text(data.response, LONGEST_TEXT),
    growing: data.streaming === true,
    first: data.first === true,
    at: number(data.timestamp) ?? 0,
  };
}

/**
 * @param {Record<string, unknown>} data
 * @returns {Mapping | Shown | Projector | Pattern | null}
 */
function projection(data) {
  if (data.type === "mapping_update") return { kind: "mapping", matrix: matrix(object(data.calibrationData)?.matrix) };
  if (data.type === "content_update") return { kind: "content", content: readContent(data) };
  if (data.type === "projector_update") return { kind: "projector", name: text(data.name, LONGEST_NAME) };
  const pattern = PATTERNS.find((known) => known === data.pattern);
  return data.type === "pattern_update" && pattern !== undefined ? { kind: "pattern", pattern } : null;
}

/**
 * @param {unknown} value
 * @returns {Hand[]}
 */
function hands(value) {
  const given = object(value);
  /** @type {Hand[]} */
  const found = [];
  for (const side of /** @type {const} */ (["left", "right"])) {
    const hand = object(given?.[side]);
    if (hand === null || hand.detected === false) continue;
    found.push({ side, gesture: text(hand.gesture, LONGEST_NAME), landmarks: landmarks(hand.landmarks) });
  }
  return found;
}

/**
 * All 21 landmarks, or none: half a hand cannot be drawn.
 * @param {unknown} value
 * @returns {Point[]}
 */
function landmarks(value) {
  const given = list(value);
  if (given.length !== LANDMARKS) return [];
  const points = given.map(point).filter((found) => found !== null);
  return points.length === LANDMARKS ? points : [];
}
