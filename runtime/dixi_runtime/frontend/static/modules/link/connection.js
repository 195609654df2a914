/** The WebSocket to the backend, reopened for ever. */

import { delayBefore } from "./backoff.js";

/** @typedef {"connecting" | "open" | "waiting" | "refused"} ConnectionState `refused`: a token is wanted */

const PING_EVERY = 10_000;
const SILENT_FOR = 25_000;
const NOT_ALLOWED = 1008;

/**
 * Keeps a WebSocket open. A connection that says nothing for 25 seconds, not even an answer to a ping, is given up.
 * @param {string} url
 * @param {{
 *   onText: (text: string) => void, onState: (state: ConnectionState) => void, onOpen?: (socket: WebSocket) => void,
 * }} hearer
 * @returns {() => void} closes the connection for good
 */
export function keepConnected(url, { onText, onState, onOpen }) {
  let attempt = 0;
  let heard = 0;
  let closed = false;
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;

  function open() {
    onState("connecting");
    const opened = new WebSocket(url);
    socket = opened;
    heard = performance.now();
    opened.onopen = () => {
      onState("open");
      onOpen?.(opened);
    };
    opened.onmessage = (event) => {
      attempt = 0;
      heard = performance.now();
      if (typeof event.data === "string") onText(event.data);
    };
    opened.onclose = (event) => {
      if (socket === opened) drop(event.code === NOT_ALLOWED ? "refused" : "waiting");
    };
  }

  /** @param {ConnectionState} state */
  function drop(state) {
    socket = null;
    if (closed) return;
    onState(state);
    retry = setTimeout(open, delayBefore(attempt, Math.random()));
    attempt += 1;
  }

  function check() {
    if (socket === null) return;
    if (performance.now() - heard > SILENT_FOR) {
      socket.close();
      drop("waiting");
    } else if (socket.readyState === WebSocket.OPEN) {
      socket.send('{"type":"ping"}');
    }
  }

  const checking = setInterval(check, PING_EVERY);
  open();
  return () => {
    closed = true;
    clearInterval(checking);
    clearTimeout(retry);
    socket?.close();
  };
}
