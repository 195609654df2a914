/** The projector page: what the backend says, drawn on the wall once a display frame. */

import { authorization, socketUrl, takeToken } from "../link/access.js";
import { ask } from "../link/api.js";
import { keepConnected } from "../link/connection.js";
import { askForScene } from "../link/live.js";
import { NO_NEWS, expire, receive } from "../state/news.js";
import { parseMessage } from "../wire/messages.js";
import { NAME, WHOLE_WALL, readOutput } from "../wall/output.js";
import { Calibration } from "./calibration.js";
import { Keystone } from "./keystone.js";
import { Meter } from "./meter.js";
import { Picture } from "./picture.js";
import { watchIdleness } from "./idleness.js";

/** @typedef {import("../link/connection.js").ConnectionState} ConnectionState */
/** @typedef {import("../wire/messages.js").Message} Message */

/** @type {Record<ConnectionState, string>} */
const STATES = {
  connecting: "Connecting",
  open: "Live",
  waiting: "Offline, trying again",
  refused: "This wall needs a link with a token: make one on the control panel",
};

/** How long the connection may be away before the wall says so, in milliseconds. */
const PATIENCE = 2_000;

const CHANNELS = ["gesture", "tracking", "ai_response", "projection", "scene"];

const token = takeToken();
const query = new URLSearchParams(location.search);
const name = NAME.test(query.get("projector") ?? "") ? /** @type {string} */ (query.get("projector")) : "";

const picture = new Picture(document);
const meter = new Meter();
let news = NO_NEWS;
let output = WHOLE_WALL;

const calibration = new Calibration({
  save: (mapping) => ask("POST", "/api/projection/mapping", mapping, authorization(token)),
  say: (text) => picture.guide(text),
  close: () => void change("POST", "/api/projection/pattern", { pattern: "off" }),
});
const keystone = new Keystone({
  show: (changed) => setOutput(changed),
  save: (changed) => void change("PUT", `/api/projection/projectors/${name || "main"}`, changed),
  say: (text) => picture.guide(text),
});

/** @param {number} now */
function paint(now) {
  news = expire(news, now);
  const isCalibrating = calibration.pattern !== "off";
  if (isCalibrating) calibration.watch(news, now);
  picture.draw(news, output, isCalibrating ? calibration.progress() : null);
  meter.painted(news.captured, now);
  requestAnimationFrame(paint);
}

/** @param {string} text */
function hear(text) {
  const message = parseMessage(text);
  if (message === null) return;
  if (message.kind === "projector") void loadOutput();
  if (message.kind === "pattern") calibration.show(message.pattern);
  news = receive(news, message, performance.now());
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let late;

/** @param {ConnectionState} state */
function showState(state) {
  const line = /** @type {HTMLElement} */ (document.getElementById("connection"));
  line.dataset.state = state;
  line.textContent = STATES[state];
  clearTimeout(late);
  if (state === "open") line.hidden = true;
  else if (state === "refused") line.hidden = false;
  else late = setTimeout(() => (line.hidden = false), PATIENCE);
}

/** @param {WebSocket} socket */
function subscribe(socket) {
  socket.send(JSON.stringify({ type: "subscribe", channels: CHANNELS }));
  void loadOutput();
  void loadScene();
}

async function loadScene() {
  const told = await askForScene(authorization(token));
  if (told !== null) news = receive(news, told, performance.now());
}

async function loadOutput() {
  const path = `/api/projection/projectors/${name || "main"}`;
  const found = await ask("GET", path, undefined, authorization(token)).catch(() => null);
  if (found !== null) setOutput(readOutput(found));
}

/** @param {import("../wall/output.js").Output} changed */
function setOutput(changed) {
  output = changed;
  picture.arrange(output);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
async function change(method, path, body) {
  try {
    await ask(method, path, body, authorization(token));
  } catch (error) {
    picture.warn(error instanceof Error ? error.message : String(error));
  }
}

/** @type {Record<string, () => void>} */
const KEYS = {
  f: () => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  c: () => void change("POST", "/api/projection/pattern", { pattern: calibration.pattern === "touch" ? "off" : "touch" }),
  t: () => void change("POST", "/api/projection/pattern", { pattern: calibration.pattern === "grid" ? "off" : "grid" }),
  k: () => void loadOutput().then(() => keystone.toggle(output)),
  u: () => void change("POST", "/api/projection/live/undo"),
  r: () => void change("DELETE", "/api/projection/mapping"),
  Backspace: () => calibration.back(),
  Escape: () => {
    keystone.end();
    if (calibration.pattern !== "off") void change("POST", "/api/projection/pattern", { pattern: "off" });
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (keystone.press(event)) {
    event.preventDefault();
    return;
  }
  const act = KEYS[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
});

window.addEventListener("resize", () => picture.arrange(output));
watchIdleness(document);
picture.arrange(output);
requestAnimationFrame(paint);
keepConnected(socketUrl(location, "/ws", { token }), { onText: hear, onState: showState, onOpen: subscribe });
