/** Requests to the services behind the page's own origin. */

import { object, parse, text } from "../wire/values.js";

const LONGEST = 400;
const PATIENCE = 15_000;

export class ApiError extends Error {
  /**
   * @param {number} status 0 when nothing answered
   * @param {string} message a sentence for people
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Ask, and take the answer for JSON. Rejects with an ApiError.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 * @returns {Promise<Record<string, unknown>>}
 */
export async function ask(method, path, body, headers = {}) {
  const answer = await send(method, path, body, headers, AbortSignal.timeout(PATIENCE));
  const said = await answer.text().catch(() => "");
  const value = object(parse(said));
  if (!answer.ok) throw new ApiError(answer.status, explain(answer.status, value));
  return value ?? {};
}

/**
 * The answer as it begins, whatever its status. Rejects with an ApiError when nothing answers.
 * @param {string} method
 * @param {string} path
 * @param {unknown} body
 * @param {Record<string, string>} headers
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
export async function send(method, path, body, headers, signal) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } };
  try {
    return await fetch(path, { method, headers, cache: "no-store", ...sent, signal });
  } catch (error) {
    throw new ApiError(0, error instanceof Error && error.name === "TimeoutError" ? "No answer came in time" : "The service cannot be reached");
  }
}

/**
 * @param {number} status
 * @param {Record<string, unknown> | null} body
 * @returns {string}
 */
export function explain(status, body) {
  const error = text(body?.error, LONGEST);
  const details = text(body?.details, LONGEST) || text(object(Array.isArray(body?.details) ? body.details[0] : null)?.msg, LONGEST);
  if (error === "") return `The service answered with status ${status}`;
  return details === "" ? error : `${error}: ${details}`;
}
