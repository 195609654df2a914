/**
 * The token of a projector link. It stands behind the # of the link, which no server is told, so that it ends up in no log;
 * the page takes it from there, and the address bar shows it no longer.
 */

/** @typedef {{token: string}} Access */

const KEY = "dixi.token";
const LONGEST = 4096;
const TOKEN = /^[A-Za-z0-9._~+/=-]+$/;

/**
 * @param {string} hash as `location.hash`
 * @returns {string} empty when there is none
 */
export function readToken(hash) {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("token") ?? "";
  return token.length <= LONGEST && TOKEN.test(token) ? token : "";
}

/**
 * The token of this tab: from its link, else the one that a link brought before a reload.
 * @returns {string}
 */
export function takeToken() {
  const given = readToken(location.hash);
  if (given !== "") {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return given || (sessionStorage.getItem(KEY) ?? "");
}

/**
 * @param {Location} where
 * @param {string} path
 * @param {Record<string, string>} query what is empty is left out
 * @returns {string} the address of a WebSocket of this origin
 */
export function socketUrl(where, path, query) {
  const given = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ""));
  const asked = given.toString();
  return `${where.protocol === "https:" ? "wss" : "ws"}://${where.host}${path}${asked === "" ? "" : `?${asked}`}`;
}

/**
 * @param {string} token
 * @returns {Record<string, string>}
 */
export function authorization(token) {
  return token === "" ? {} : { authorization: `Bearer ${token}` };
}
