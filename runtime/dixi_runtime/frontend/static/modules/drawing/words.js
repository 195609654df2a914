/** Puts text on the page: what the AI says, what somebody posted, and the gesture's name. Text is never markup. */

/** @typedef {import("../state/answers.js").Answers} Answers */
/** @typedef {import("../wire/content.js").Content} Content */
/** @typedef {import("../wall/output.js").Region} Region */

const MOST_ON_WALL = 2;

/**
 * @param {HTMLElement} place
 * @param {Answers} answers
 * @returns {void}
 */
export function showAnswers(place, answers) {
  const shown = answers.slice(-MOST_ON_WALL);
  place.replaceChildren(
    ...shown.map((answer) => {
      const item = document.createElement("p");
      item.dataset.answer = answer.isWhole ? "whole" : "growing";
      item.textContent = answer.text;
      return item;
    }),
  );
}

/**
 * @param {HTMLElement} place
 * @param {Content | null} content
 * @param {Region} region
 * @returns {void}
 */
export function showContent(place, content, region) {
  place.replaceChildren();
  if (content === null) return;
  const box = document.createElement("figure");
  box.style.left = `${((content.at.x - region.x) / region.width) * 100}%`;
  box.style.top = `${((content.at.y - region.y) / region.height) * 100}%`;
  box.style.fontSize = `${(content.size / region.height) * 100}cqh`;
  if (content.colour !== null) box.style.color = content.colour;
  if (content.background !== null) box.style.background = content.background;
  if (content.image !== "") {
    const image = document.createElement("img");
    image.alt = content.text;
    image.src = content.image;
    box.append(image);
  }
  if (content.text !== "") {
    const caption = document.createElement("figcaption");
    caption.textContent = content.text;
    box.append(caption);
  }
  place.append(box);
}
