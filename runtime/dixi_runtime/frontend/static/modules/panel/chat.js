/** A conversation with the model, whose answers grow as they come. */

import { explain, send } from "../link/api.js";
import { object, parse } from "../wire/values.js";
import { Events } from "./events.js";
import { button, find, make, sentence } from "./dom.js";

const MOST_LINES = 60;

export class Chat {
  /** @param {HTMLElement} card */
  constructor(card) {
    this.log = find(card, ".log", HTMLElement);
    this.form = find(card, "form", HTMLFormElement);
    this.query = find(card, "[name=query]", HTMLInputElement);
    this.submit = find(card, "[type=submit]", HTMLButtonElement);
    this.stop = button(card, "stop");
    /** @type {AbortController | null} */
    this.asking = null;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const query = this.query.value.trim();
      if (query !== "" && this.asking === null) void this.ask(query);
    });
    this.stop.addEventListener("click", () => this.asking?.abort());
  }

  /** @param {string} query */
  async ask(query) {
    const asking = new AbortController();
    this.begin(asking);
    this.query.value = "";
    this.say("you", query);
    const answer = this.say("dixi", "…");
    try {
      await this.stream(query, asking.signal, (text) => {
        answer.textContent = text;
        this.log.scrollTop = this.log.scrollHeight;
      });
    } catch (error) {
      const said = answer.textContent === "…" ? "" : `${answer.textContent}\n`;
      answer.textContent = said + (asking.signal.aborted ? "Stopped." : sentence(error));
      if (!asking.signal.aborted) answer.dataset.who = "error";
    }
    this.end();
  }

  /**
   * @param {string} query
   * @param {AbortSignal} signal
   * @param {(text: string) => void} onText hears the whole text so far
   */
  async stream(query, signal, onText) {
    const answer = await send("POST", "/api/ai/stream", { query }, {}, signal);
    if (!answer.ok || answer.body === null) throw new Error(explain(answer.status, object(parse(await answer.text()))));
    const events = new Events();
    const decoder = new TextDecoder();
    let text = "";
    const reader = answer.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      for (const said of events.take(decoder.decode(part.value, { stream: true }))) {
        const data = object(parse(said));
        if (data === null) continue;
        if (typeof data.error === "string") throw new Error(explain(answer.status, data));
        if (typeof data.text === "string" && data.text !== "") onText((text += data.text));
      }
    }
    if (text === "") throw new Error("The model said nothing");
  }

  /** @param {AbortController} asking */
  begin(asking) {
    this.asking = asking;
    this.submit.disabled = true;
    this.stop.hidden = false;
  }

  end() {
    this.asking = null;
    this.submit.disabled = false;
    this.stop.hidden = true;
  }

  /**
   * @param {"you" | "dixi"} who
   * @param {string} text
   * @returns {HTMLElement}
   */
  say(who, text) {
    const line = make("p", text, { who });
    this.log.append(line);
    while (this.log.childElementCount > MOST_LINES) this.log.firstElementChild?.remove();
    this.log.scrollTop = this.log.scrollHeight;
    return line;
  }
}
