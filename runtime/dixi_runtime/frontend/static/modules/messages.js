/**
 * From the backend's text to values that are safe to draw: whatever is malformed is left out, nothing is ever thrown.
 * Points are camera-normalised: 0..1, origin at the top left, y down, not mirrored.
 */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{side: "left" | "right", gesture: string, landmarks: Point[]}} Hand */
/** @typedef {{kind: "tracking", hands: Hand[], simulated: boolean}} Tracking */
/** @typedef {{kind: "gesture", gesture: string, simulated: boolean}} Gesture */
/** @typedef {{kind: "mapping", matrix: number[][] | null}} Mapping */
/** @typedef {Tracking | Gesture | Mapping} Message */

export const LANDMARKS = 21;
const LONGEST_NAME = 40;

/**
 * @param {string} text
 * @returns {Message | null} null for a message that is none of the page's business
 */
export function parseMessage(text) {
  const message = object(parse(text));
  const data = object(message?.data);
  if (data === null) return null;
  if (message?.type === "tracking") {
    return { kind: "tracking", hands: hands(data.hands), simulated: data.simulated === true };
  }
  if (message?.type === "gesture") {
    return { kind: "gesture", gesture: name(data.type), simulated: data.simulated === true };
  }
  if (message?.type === "projection" && data.type === "mapping_update") {
    return { kind: "mapping", matrix: matrix(object(data.calibrationData)?.matrix) };
  }
  return null;
}

/**
 * @param {string} text
 * @returns {unknown}
 */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {unknown} value
 * @returns {Record<string, unknown> | null}
 */
function object(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? /** @type {Record<string, unknown>} */ (value)
    : null;
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
    found.push({ side, gesture: name(hand.gesture), landmarks: landmarks(hand.landmarks) });
  }
  return found;
}

/**
 * All 21 landmarks, or none: half a hand cannot be drawn.
 * @param {unknown} value
 * @returns {Point[]}
 */
function landmarks(value) {
  if (!Array.isArray(value) || value.length !== LANDMARKS) return [];
  const points = value.map(point).filter((found) => found !== null);
  return points.length === LANDMARKS ? points : [];
}

/**
 * @param {unknown} value
 * @returns {Point | null}
 */
function point(value) {
  const given = object(value);
  const x = given?.x;
  const y = given?.y;
  if (typeof x !== "number" || typeof y !== "number" || !Number.isFinite(x) || !Number.isFinite(y)) return null;
  return { x, y };
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function name(value) {
  return typeof value === "string" ? value.slice(0, LONGEST_NAME) : "";
}

/**
 * @param {unknown} value
 * @returns {number[][] | null}
 */
function matrix(value) {
  const rows = Array.isArray(value) ? value : [];
  const sound =
    rows.length === 3 &&
    rows.every((row) => Array.isArray(row) && row.length === 3 && row.every((cell) => Number.isFinite(cell)));
  return sound ? rows : null;
}
