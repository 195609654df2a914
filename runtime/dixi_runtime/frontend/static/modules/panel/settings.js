/** Colours, the API key, and links for projectors. */

import { ask as askWithout } from "../link/api.js";
import { text } from "../wire/values.js";
import { attempt, button, find, make } from "./dom.js";

/** @typedef {import("./client.js").Ask} Ask */

const THEME = "dixi.theme";
const LONGEST = 5_000;

export class Settings {
  /** @param {HTMLElement} card */
  constructor(card) {
    this.state = find(card, ".state", HTMLElement);
    this.form = find(card, ".key", HTMLFormElement);
    this.key = find(card, "[name=key]", HTMLInputElement);
    this.projector = find(card, "[name=projector]", HTMLInputElement);
    this.link = find(card, ".link", HTMLElement);
    this.kept = "";
    this.onOpen = () => {};
    this.startTheme(find(card, "[name=theme]", HTMLSelectElement));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.logIn(this.key.value);
    });
    button(card, "link").addEventListener("click", () => void this.makeLink(this.projector.value));
    void this.look();
  }

  /** The API key is wanted. */
  lock() {
    this.form.hidden = false;
    this.state.textContent = "This install wants its API key; it is kept on this page only, and its cookie for a day.";
  }

  async look() {
    const may = await askWithout("GET", "/api/auth/session").catch(() => ({}));
    if ("keyRequired" in may && may.keyRequired === true && may.control !== true) this.lock();
  }

  /** @param {string} key */
  async logIn(key) {
    const isIn = await attempt(this.state, "Logged in", () => askWithout("POST", "/api/auth/session", {}, { "x-api-key": key }));
    if (!isIn) return;
    this.kept = key;
    this.key.value = "";
    this.form.hidden = true;
    this.onOpen();
  }

  /** @param {string} name */
  async makeLink(name) {
    await attempt(this.state, "", async () => {
      const url = new URL("/projector", location.href);
      if (name !== "") url.searchParams.set("projector", name);
      const may = await askWithout("GET", "/api/auth/session");
      if (may.keyRequired === true) url.hash = `token=${await this.issue()}`;
      const anchor = /** @type {HTMLAnchorElement} */ (make("a", url.href));
      anchor.href = url.href;
      anchor.target = "_blank";
      anchor.rel = "noopener";
      this.link.replaceChildren(anchor);
    });
  }

  /** @returns {Promise<string>} a token, for which the key itself is asked */
  async issue() {
    if (this.kept === "") {
      this.lock();
      throw new Error("Give the API key first, then make the link");
    }
    const issued = await askWithout("POST", "/api/auth/token", { scope: "control" }, { "x-api-key": this.kept });
    return text(issued.token, LONGEST);
  }

  /** @param {HTMLSelectElement} select */
  startTheme(select) {
    select.value = localStorage.getItem(THEME) ?? "";
    const apply = () => {
      document.documentElement.dataset.theme = select.value;
      localStorage.setItem(THEME, select.value);
    };
    select.addEventListener("change", apply);
    apply();
  }
}
