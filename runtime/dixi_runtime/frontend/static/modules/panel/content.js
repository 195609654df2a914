/** Shows a text on the wall. */

import { attempt, button, find } from "./dom.js";

/** @typedef {import("./client.js").Ask} Ask */

/**
 * @param {HTMLElement} card
 * @param {Ask} ask
 * @returns {void}
 */
export function startContent(card, ask) {
  const state = find(card, ".state", HTMLElement);
  const text = find(card, "textarea", HTMLTextAreaElement);
  /** @param {string} content */
  const show = (content) => ask("POST", "/api/projection/content", { content: { text: content }, position: { x: 0.5, y: 0.5 } });
  find(card, "form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    void attempt(state, "On the wall", () => show(text.value));
  });
  button(card, "hide").addEventListener("click", () => void attempt(state, "Hidden", () => show("")));
}
