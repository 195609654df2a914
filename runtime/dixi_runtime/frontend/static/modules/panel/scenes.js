/** Undoes, clears, keeps and brings back what stands on the wall. */

import { list, number, object, text } from "../wire/values.js";
import { attempt, button, find, make } from "./dom.js";

/** @typedef {import("./client.js").Ask} Ask */
/** @typedef {import("../wire/scene.js").LiveScene} LiveScene */

const LONGEST = 200;

export class Scenes {
  /**
   * @param {HTMLElement} card
   * @param {Ask} ask
   */
  constructor(card, ask) {
    this.ask = ask;
    this.state = find(card, ".state", HTMLElement);
    this.kept = find(card, ".kept", HTMLElement);
    this.name = find(card, "[name=name]", HTMLInputElement);
    this.undo = button(card, "undo");
    this.undo.addEventListener("click", () => void this.change("Taken back", () => ask("POST", "/api/projection/live/undo")));
    button(card, "clear").addEventListener("click", () => void this.load("Cleared", []));
    find(card, "form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.keep(this.name.value.trim());
    });
    void this.look();
  }

  /**
   * @param {LiveScene} live
   * @returns {void}
   */
  show(live) {
    const count = live.objects.length;
    this.state.textContent = count === 1 ? "One object on the wall" : `${count} objects on the wall`;
    this.undo.disabled = live.undoable === 0;
  }

  async look() {
    const said = this.state.textContent ?? "";
    await attempt(this.state, said, async () => {
      const { scenes } = await this.ask("GET", "/api/projection/scenes");
      this.kept.replaceChildren(...list(scenes).map((scene) => this.line(object(scene) ?? {})).filter((line) => line !== null));
    });
  }

  /** @param {string} name */
  async keep(name) {
    if (name === "") return;
    const isKept = await this.change(`Kept as ${name}`, async () => {
      const { objects } = await this.ask("GET", "/api/projection/live");
      await this.ask("POST", "/api/projection/scene", { scene: { objects }, name });
    });
    if (isKept) this.name.value = "";
    await this.look();
  }

  /**
   * @param {string} done
   * @param {unknown} objects
   */
  async load(done, objects) {
    await this.change(done, () => this.ask("PUT", "/api/projection/live", { objects }));
  }

  /**
   * @param {string} done
   * @param {() => Promise<unknown>} act
   */
  change(done, act) {
    return attempt(this.state, done, act);
  }

  /**
   * @param {Record<string, unknown>} scene
   * @returns {HTMLElement | null}
   */
  line(scene) {
    const id = text(scene.id, LONGEST);
    const name = text(scene.name, LONGEST);
    if (id === "") return null;
    const path = `/api/projection/scene/${encodeURIComponent(id)}`;
    const line = make("li", `${name} (${number(scene.objectCount) ?? 0})`);
    const show = make("button", "Show");
    show.setAttribute("aria-label", `Show ${name}`);
    show.addEventListener("click", async () => {
      await this.change(`${name} is on the wall`, async () => {
        const found = object((await this.ask("GET", path)).scene);
        await this.ask("PUT", "/api/projection/live", { objects: found?.objects ?? [] });
      });
    });
    const drop = make("button", "Delete");
    drop.setAttribute("aria-label", `Delete ${name}`);
    drop.addEventListener("click", async () => {
      await this.change(`${name} is deleted`, () => this.ask("DELETE", path));
      await this.look();
    });
    const buttons = make("span", "");
    buttons.append(show, " ", drop);
    line.append(buttons);
    return line;
  }
}
