/** Hides the pointer while nobody moves it: a wall should not show one. */

const AFTER = 3_000;

/**
 * @param {Document} page
 * @returns {void}
 */
export function watchIdleness(page) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const wake = () => {
    page.body.classList.remove("idle");
    clearTimeout(timer);
    timer = setTimeout(() => page.body.classList.add("idle"), AFTER);
  };
  page.addEventListener("pointermove", wake);
  wake();
}
