/** Finds and makes elements. Text goes in as text, never as markup. */

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new (...given: never[]) => T} kind
 * @returns {T} throws where the page lacks the element: the page and its modules come together
 */
export function find(root, selector, kind) {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`The page has no ${selector}`);
  return found;
}

/**
 * @param {ParentNode} root
 * @param {string} name of `data-do`
 * @returns {HTMLButtonElement}
 */
export function button(root, name) {
  return find(root, `[data-do="${name}"]`, HTMLButtonElement);
}

/**
 * @param {keyof HTMLElementTagNameMap} tag
 * @param {string} text
 * @param {Record<string, string>} [data] for `data-` attributes
 * @returns {HTMLElement}
 */
export function make(tag, text, data = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  Object.assign(made.dataset, data);
  return made;
}

/**
 * @param {HTMLButtonElement} switched
 * @param {boolean} isOn
 * @returns {void}
 */
export function press(switched, isOn) {
  switched.setAttribute("aria-pressed", String(isOn));
}

/**
 * @param {unknown} error
 * @returns {string} a sentence for people
 */
export function sentence(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Do something that may fail, and say in `state` how it went.
 * @param {HTMLElement} state
 * @param {string} done empty where ``act`` says it
 * @param {() => Promise<unknown>} act
 * @returns {Promise<boolean>} whether it was done
 */
export async function attempt(state, done, act) {
  state.textContent = "";
  try {
    await act();
    if (done !== "") state.textContent = done;
    return true;
  } catch (error) {
    state.textContent = sentence(error);
    return false;
  }
}
