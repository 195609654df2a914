/** Shows how each service is, and how many messages come. */

import { list, number, object, text } from "../wire/values.js";
import { find, make } from "./dom.js";
import { Sparkline } from "./sparkline.js";

/** @typedef {[string, "good" | "bad", string]} Line a service, how it is, and more about it */

const LONGEST = 120;
const SECOND = 1_000;
const ASK_EVERY = 10_000;

export class Services {
  /** @param {HTMLElement} card */
  constructor(card) {
    this.list = find(card, "dl", HTMLElement);
    this.rate = find(card, "output", HTMLElement);
    this.sparkline = new Sparkline(find(card, "canvas", HTMLCanvasElement));
    this.heard = 0;
    setInterval(() => this.tick(), SECOND);
    setInterval(() => void this.look(), ASK_EVERY);
    void this.look();
  }

  /** A message came. */
  count() {
    this.heard += 1;
  }

  tick() {
    this.rate.textContent = String(this.heard);
    this.sparkline.add(this.heard);
    this.heard = 0;
  }

  async look() {
    // A service that is degraded says how in the body of its 503, so this is no failure.
    const health = await fetch("/api/health/deep", { cache: "no-store" }).then((answer) => answer.json(), () => null);
    this.show(describe(object(object(health)?.checks)));
  }

  /** @param {Line[]} lines */
  show(lines) {
    this.list.replaceChildren(
      ...lines.flatMap(([name, state, more]) => [make("dt", name, { state }), make("dd", more)]),
    );
  }
}

/**
 * @param {Record<string, unknown> | null} checks
 * @returns {Line[]}
 */
export function describe(checks) {
  if (checks === null) return [["Backend", "bad", "does not answer"]];
  const [vision, ollama, socket] = [object(checks.vision), object(checks.ollama), object(checks.websocket)];
  const models = list(ollama?.models).filter((name) => typeof name === "string");
  return [
    ["Backend", "good", `up ${duration(number(checks.uptime) ?? 0)}`],
    line("Vision", vision, object(vision?.response)?.simulated === true ? "simulated camera" : "camera"),
    line("Model", ollama, models.length === 0 ? "no model yet" : models.slice(0, 3).join(", ")),
    line("Pages", socket, `${number(socket?.connectedClients) ?? 0} connected`),
  ];
}

/**
 * @param {string} name
 * @param {Record<string, unknown> | null} check
 * @param {string} more
 * @returns {Line}
 */
function line(name, check, more) {
  const isGood = check?.status === "healthy" || check?.status === "running" || check?.status === "connected";
  return [name, isGood ? "good" : "bad", isGood ? more : text(check?.error, LONGEST) || "away"];
}

/**
 * @param {number} seconds
 * @returns {string}
 */
function duration(seconds) {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
