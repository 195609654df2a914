/** The panel's requests; where an API key is wanted, `onLocked` hears of it. */

import { ApiError, ask } from "../link/api.js";

/** @typedef {(method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>} Ask */

const UNAUTHORIZED = 401;

/**
 * @param {() => void} onLocked
 * @returns {Ask}
 */
export function makeClient(onLocked) {
  return async (method, path, body) => {
    try {
      return await ask(method, path, body);
    } catch (error) {
      if (error instanceof ApiError && error.status === UNAUTHORIZED) onLocked();
      throw error;
    }
  };
}
