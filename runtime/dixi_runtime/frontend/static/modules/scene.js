/** What the page knows right now. */

/** @typedef {import("./messages.js").Hand} Hand */
/** @typedef {import("./messages.js").Message} Message */
/** @typedef {{hands: Hand[], gesture: string, matrix: number[][] | null, simulated: boolean, at: number}} Scene */

/** Without news for this many milliseconds, nobody is there. */
export const FRESH_FOR = 1_000;

/** @type {Scene} */
export const EMPTY_SCENE = { hands: [], gesture: "", matrix: null, simulated: false, at: -Infinity };

const NAMELESS = new Set(["", "none", "unknown"]);

/**
 * The scene after a message.
 * @param {Scene} scene
 * @param {Message} message
 * @param {number} now milliseconds
 * @returns {Scene}
 */
export function receive(scene, message, now) {
  switch (message.kind) {
    case "mapping":
      return { ...scene, matrix: message.matrix };
    case "gesture":
      return { ...scene, gesture: message.gesture, simulated: message.simulated, at: now };
    case "tracking":
      return {
        ...scene,
        hands: message.hands,
        gesture: message.hands.map((hand) => hand.gesture).find((given) => !NAMELESS.has(given)) ?? "",
        simulated: message.simulated,
        at: now,
      };
  }
}

/**
 * The scene at a time: news that is too old is forgotten, the calibration is not.
 * @param {Scene} scene
 * @param {number} now milliseconds
 * @returns {Scene}
 */
export function expire(scene, now) {
  return now - scene.at <= FRESH_FOR ? scene : { ...EMPTY_SCENE, matrix: scene.matrix };
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
