/** What the AI has said, as it grows. */

/** @typedef {import("../wire/messages.js").Answer} AnswerMessage */
/** @typedef {{id: string, query: string, text: string, isWhole: boolean, at: number}} Answer `at` in the page's milliseconds */
/** @typedef {readonly Answer[]} Answers oldest first */

/** @type {Answers} */
export const NO_ANSWERS = [];

export const MOST_ANSWERS = 20;

/** How long an answer stays on the wall after its last word, in milliseconds. */
export const SHOWN_FOR = 30_000;

const LONGEST = 20_000;

/**
 * @param {Answers} answers
 * @param {AnswerMessage} message
 * @param {number} now
 * @returns {Answers}
 */
export function addAnswer(answers, message, now) {
  const known = message.id === "" ? undefined : answers.find((answer) => answer.id === message.id && !answer.isWhole);
  if (known === undefined) {
    // A page that joined in the middle of an answer waits for the whole.
    if (message.growing && !message.first) return answers;
    const { id, query, text } = message;
    return [...answers, { id, query, text, isWhole: !message.growing, at: now }].slice(-MOST_ANSWERS);
  }
  const text = message.growing ? (known.text + message.text).slice(0, LONGEST) : message.text;
  const grown = { ...known, text, isWhole: !message.growing, at: now };
  return answers.map((answer) => (answer === known ? grown : answer));
}

/**
 * @param {Answers} answers
 * @param {number} now
 * @returns {Answers} the same list when nothing is forgotten
 */
export function forgetAnswers(answers, now) {
  return answers.every((answer) => now - answer.at <= SHOWN_FOR)
    ? answers
    : answers.filter((answer) => now - answer.at <= SHOWN_FOR);
}
