/** The control panel. */

import { socketUrl } from "../link/access.js";
import { keepConnected } from "../link/connection.js";
import { askForScene } from "../link/live.js";
import { NO_NEWS, expire, receive } from "../state/news.js";
import { parseMessage } from "../wire/messages.js";
import { CalibrationCard } from "./calibration.js";
import { Camera } from "./camera.js";
import { Chat } from "./chat.js";
import { makeClient } from "./client.js";
import { startContent } from "./content.js";
import { find } from "./dom.js";
import { Gestures } from "./gestures.js";
import { Scenes } from "./scenes.js";
import { Services } from "./services.js";
import { Settings } from "./settings.js";

/** @typedef {import("../link/connection.js").ConnectionState} ConnectionState */

/** @type {Record<ConnectionState, string>} */
const STATES = {
  connecting: "Connecting",
  open: "Live",
  waiting: "Offline, trying again",
  refused: "Locked: log in under Settings",
};
const CHANNELS = ["gesture", "tracking", "projection", "scene"];

/** @param {string} id */
const card = (id) => find(document, `#${id}`, HTMLElement);

const settings = new Settings(card("settings"));
const ask = makeClient(() => settings.lock());
const services = new Services(card("services"));
const stream = `panel-${Date.now().toString(36)}`;
const camera = new Camera(card("camera"), () => socketUrl(location, "/vision/push", { stream, token: settings.kept }));
const gestures = new Gestures(card("gestures"));
const scenes = new Scenes(card("scenes"), ask);
const calibration = new CalibrationCard(card("calibration"), ask);
new Chat(card("chat"));
startContent(card("content"), ask);
settings.onOpen = () => {
  void scenes.look();
  void calibration.look();
};

let news = NO_NEWS;
let drawn = NO_NEWS;

/** @param {string} text */
function hear(text) {
  services.count();
  const message = parseMessage(text);
  if (message === null) return;
  if (message.kind === "pattern") calibration.hear(message.pattern);
  news = receive(news, message, performance.now());
}

/** @param {number} now */
function paint(now) {
  news = expire(news, now);
  if (news !== drawn) {
    camera.draw(news.hands);
    gestures.show(news.gesture, new Date());
    if (news.scene !== drawn.scene) scenes.show(news.scene);
    drawn = news;
  }
  requestAnimationFrame(paint);
}

/** @param {ConnectionState} state */
function showState(state) {
  const line = card("connection");
  line.dataset.state = state;
  line.textContent = STATES[state];
}

/** @param {WebSocket} socket */
function subscribe(socket) {
  socket.send(JSON.stringify({ type: "subscribe", channels: CHANNELS }));
  void loadScene();
}

async function loadScene() {
  const told = await askForScene({});
  if (told !== null) news = receive(news, told, performance.now());
}

requestAnimationFrame(paint);
keepConnected(socketUrl(location, "/ws", {}), { onText: hear, onState: showState, onOpen: subscribe });
