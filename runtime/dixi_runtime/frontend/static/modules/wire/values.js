/** Reads values of unknown shape: what is not as expected becomes null, and nothing is ever thrown. */

/** @typedef {{x: number, y: number}} Point */

/**
 * @param {string} text
 * @returns {unknown} null for what is no JSON
 */
export function parse(text) {
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
export function object(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? /** @type {Record<string, unknown>} */ (value)
    : null;
}

/**
 * @param {unknown} value
 * @returns {unknown[]} empty for what is no list
 */
export function list(value) {
  return Array.isArray(value) ? value : [];
}

/**
 * @param {unknown} value
 * @returns {number | null} finite numbers only
 */
export function number(value) {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/**
 * @param {unknown} value
 * @param {number} longest characters that are kept
 * @returns {string} empty for what is no text
 */
export function text(value, longest) {
  return typeof value === "string" ? value.slice(0, longest) : "";
}

/**
 * @param {unknown} value
 * @returns {Point | null}
 */
export function point(value) {
  const given = object(value);
  const x = number(given?.x);
  const y = number(given?.y);
  return x === null || y === null ? null : { x, y };
}

/**
 * @param {unknown} value
 * @returns {[number, number, number] | null} three finite numbers
 */
export function triple(value) {
  const [x, y, z] = list(value).map(number);
  return list(value).length !== 3 || x === null || y === null || z === null ? null : [x, y, z];
}

/**
 * @param {unknown} value
 * @returns {number[][] | null} three rows of three finite numbers
 */
export function matrix(value) {
  const rows = list(value).map(triple);
  return rows.length === 3 && rows.every((row) => row !== null) ? /** @type {number[][]} */ (rows) : null;
}

/**
 * @param {unknown} value
 * @returns {string | null} a colour as #rgb or #rrggbb
 */
export function colour(value) {
  return typeof value === "string" && /^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(value) ? value : null;
}
