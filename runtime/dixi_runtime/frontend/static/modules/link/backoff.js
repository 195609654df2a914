/** Delays between attempts to reach the backend. */

export const FIRST_DELAY = 500;
export const LONGEST_DELAY = 10_000;

/**
 * Milliseconds to wait before an attempt: twice as long each time up to ten seconds, and a random half of it, so that many
 * pages do not come back at once.
 * @param {number} attempt 0 for the first attempt after a drop
 * @param {number} random 0 to 1
 * @returns {number}
 */
export function delayBefore(attempt, random) {
  const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(attempt, 10));
  return longest * (0.5 + random / 2);
}
