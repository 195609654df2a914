/** Shares this device's camera: each frame goes as a JPEG over a WebSocket to the vision service. */

import { delayBefore } from "../link/backoff.js";
import { number, object, parse } from "../wire/values.js";
import { makeMessage } from "./message.js";
import { FASTEST, pace } from "./pacing.js";

/** @typedef {{state: "asking" | "connecting" | "sharing" | "stopped", text: string}} Progress */

const WIDTH = 640;
const HEIGHT = 480;
const QUALITY = 0.8;
const NOT_ALLOWED = 1008;
const NO_ROOM = "push_streams_full";

/** @type {Record<string, string>} by the error's name in Media Capture and Streams, 10.3 */
const REFUSALS = {
  NotAllowedError: "The browser may not use the camera: allow it in the address bar, then try again",
  NotFoundError: "This device has no camera",
  NotReadableError: "Another program uses the camera: close it, then try again",
  OverconstrainedError: "The camera cannot give such pictures",
  SecurityError: "The browser may not use a camera on this page",
};

export class Share {
  /**
   * @param {() => string} findUrl gives the address of /vision/push
   * @param {HTMLVideoElement} video
   * @param {(progress: Progress) => void} onProgress
   */
  constructor(findUrl, video, onProgress) {
    this.findUrl = findUrl;
    this.video = video;
    this.onProgress = onProgress;
    this.rate = FASTEST;
    this.attempt = 0;
    this.isOn = false;
    /** @type {MediaStream | null} */
    this.stream = null;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.canvas = document.createElement("canvas");
    Object.assign(this.canvas, { width: WIDTH, height: HEIGHT });
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d", { alpha: false }));
  }

  async start() {
    this.onProgress({ state: "asking", text: "Asking for the camera" });
    // Browsers have it on https and localhost only.
    if (navigator.mediaDevices === undefined) {
      this.end("A browser gives its camera only to a page on https or on localhost; open this page so");
      return;
    }
    try {
      const video = { width: { ideal: WIDTH }, height: { ideal: HEIGHT }, frameRate: { ideal: FASTEST } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
      this.video.srcObject = this.stream;
      await this.video.play();
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      this.end(REFUSALS[name] ?? `The camera cannot be used: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    for (const track of this.stream.getTracks()) track.addEventListener("ended", () => this.end("The camera was pulled out"));
    this.isOn = true;
    this.connect();
  }

  stop() {
    this.end("");
  }

  connect() {
    this.onProgress({ state: "connecting", text: "Connecting to the vision service" });
    const socket = new WebSocket(this.findUrl());
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => void this.send(socket);
    socket.onmessage = (event) => this.hear(event.data);
    socket.onclose = (event) => this.drop(socket, event);
  }

  /**
   * @param {WebSocket} socket
   * @param {CloseEvent} event
   */
  drop(socket, event) {
    if (this.socket !== socket || !this.isOn) return;
    clearTimeout(this.timer);
    if (event.code === NOT_ALLOWED) {
      this.end("The vision service wants a token: log in below, then share again");
      return;
    }
    const why = event.reason.startsWith(NO_ROOM) ? "All places for cameras are taken" : "The vision service is away";
    this.onProgress({ state: "connecting", text: `${why}; trying again` });
    this.timer = setTimeout(() => this.connect(), delayBefore(this.attempt, Math.random()));
    this.attempt += 1;
  }

  /** @param {unknown} said */
  hear(said) {
    const message = typeof said === "string" ? object(parse(said)) : null;
    if (message?.type !== "report") return;
    const report = object(message.data) ?? message;
    const refused = Object.values(object(report.refused) ?? {}).reduce((sum, count) => Number(sum) + (number(count) ?? 0), 0);
    this.attempt = 0;
    this.rate = pace(this.rate, { received: number(report.received) ?? 0, refused: Number(refused) });
    this.onProgress({ state: "sharing", text: `Sharing, ${Math.round(this.rate)} frames a second` });
  }

  /** @param {WebSocket} socket */
  async send(socket) {
    if (socket !== this.socket || socket.readyState !== WebSocket.OPEN) return;
    const began = performance.now();
    if (socket.bufferedAmount === 0 && this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      const taken = (performance.timeOrigin + began) * 1_000;
      this.context.drawImage(this.video, 0, 0, WIDTH, HEIGHT);
      const jpeg = await new Promise((/** @type {(made: Blob | null) => void} */ done) => this.canvas.toBlob(done, "image/jpeg", QUALITY));
      if (jpeg !== null && socket.readyState === WebSocket.OPEN) {
        socket.send(makeMessage(new Uint8Array(await jpeg.arrayBuffer()), taken));
      }
    }
    this.timer = setTimeout(() => void this.send(socket), Math.max(0, 1_000 / this.rate - (performance.now() - began)));
  }

  /** @param {string} text */
  end(text) {
    this.isOn = false;
    clearTimeout(this.timer);
    this.socket?.close();
    this.socket = null;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    this.onProgress({ state: "stopped", text });
  }
}
