/** The projector page: what the backend says, drawn once a display frame. */

import { keepConnected } from "./connection.js";
import { draw } from "./drawing.js";
import { parseMessage } from "./messages.js";
import { EMPTY_SCENE, expire, receive, title } from "./scene.js";

/** @typedef {import("./connection.js").ConnectionState} ConnectionState */

/** @type {Record<ConnectionState, string>} */
const STATES = { connecting: "Connecting", open: "Live", waiting: "Offline, trying again" };

const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById("stage"));
const gesture = /** @type {HTMLOutputElement} */ (document.getElementById("gesture"));
const connection = /** @type {HTMLElement} */ (document.getElementById("connection"));
const simulated = /** @type {HTMLElement} */ (document.getElementById("simulated"));
const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

let scene = EMPTY_SCENE;
/** @type {typeof scene | null} */
let drawn = null;

function resize() {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(canvas.clientWidth * scale);
  canvas.height = Math.round(canvas.clientHeight * scale);
  drawn = null;
}

function paint() {
  scene = expire(scene, performance.now());
  if (scene !== drawn) {
    draw(context, scene);
    showGesture(scene.gesture);
    simulated.hidden = !scene.simulated;
    drawn = scene;
  }
  requestAnimationFrame(paint);
}

/** @param {string} name */
function showGesture(name) {
  if (gesture.dataset.gesture === name) return;
  gesture.dataset.gesture = name;
  gesture.textContent = title(name);
}

/** @param {string} text */
function hear(text) {
  const message = parseMessage(text);
  if (message !== null) scene = receive(scene, message, performance.now());
}

/** @param {ConnectionState} state */
function showState(state) {
  connection.dataset.state = state;
  connection.textContent = STATES[state];
}

window.addEventListener("resize", resize);
resize();
requestAnimationFrame(paint);

const { protocol, host } = window.location;
keepConnected(`${protocol === "https:" ? "wss" : "ws"}://${host}/ws`, hear, showState);
