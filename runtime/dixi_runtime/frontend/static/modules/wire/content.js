/** What somebody posted to be shown on the wall: text, or a picture of this origin or in the message itself. */

import { colour, number, object, point, text } from "./values.js";

/** @typedef {import("./values.js").Point} Point */
/**
 * @typedef {{
 *   text: string, image: string, at: Point, colour: string | null, background: string | null, size: number,
 * }} Content `at` is its middle on the wall, 0..1, y down; `size` the height of a line as a share of the wall's height.
 */

const LONGEST = 4_000;
const LONGEST_IMAGE = 400_000;
const MIDDLE = { x: 0.5, y: 0.5 };
const SIZE = 0.06;
const SIZES = { least: 0.01, most: 0.5 };
const PICTURE = /^data:image\/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/=]+$/;
const LOCAL = /^\/(static|api)\/[A-Za-z0-9/_.-]+$/;

/**
 * @param {Record<string, unknown>} data
 * @returns {Content | null} null when there is nothing left to show
 */
export function readContent(data) {
  const content = object(data.content);
  const style = object(data.style);
  const said = content === null ? plain(data.content) : text(content.text ?? content.title, LONGEST);
  const image = picture(content?.image);
  if (said === "" && image === "") return null;
  return {
    text: said,
    image,
    at: within(point(data.position) ?? MIDDLE),
    colour: colour(style?.color),
    background: colour(style?.background ?? style?.backgroundColor),
    size: Math.min(Math.max(number(style?.size) ?? SIZE, SIZES.least), SIZES.most),
  };
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function plain(value) {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : text(value, LONGEST);
}

/**
 * @param {unknown} value
 * @returns {string} empty for a picture of another origin, which the page may not fetch
 */
function picture(value) {
  const given = text(value, LONGEST_IMAGE);
  return PICTURE.test(given) || LOCAL.test(given) ? given : "";
}

/**
 * @param {Point} given
 * @returns {Point} on the wall
 */
function within({ x, y }) {
  return { x: Math.min(Math.max(x, 0), 1), y: Math.min(Math.max(y, 0), 1) };
}
