/**
 * How fast frames are sent: as fast as the service looks at them. It reports once a second how many came and how many of them
 * it did not look at; the rate goes down by what it did not look at, and up slowly while it looks at all.
 */

export const FASTEST = 30;
export const SLOWEST = 2;

/** Share of frames that may be left unlooked at before the rate goes down. */
const TOLERATED = 0.1;
const MORE = 1.15;

/**
 * @param {number} rate frames a second
 * @param {{received: number, refused: number}} report of the last second
 * @returns {number} frames a second from now on
 */
export function pace(rate, { received, refused }) {
  if (!(received > 0)) return rate;
  const share = Math.min(refused / received, 1);
  const wanted = share > TOLERATED ? rate * (1 - share) : rate * MORE;
  return Math.min(Math.max(wanted, SLOWEST), FASTEST);
}
