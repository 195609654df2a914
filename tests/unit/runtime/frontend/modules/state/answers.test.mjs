import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST_ANSWERS, NO_ANSWERS, SHOWN_FOR, addAnswer, forgetAnswers } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/state/answers.js";

const part = (text, more = {}) => ({ kind: "answer", id: "a", query: "?", text, growing: true, first: false, at: 0, ...more });

test("an answer grows by its parts and ends as a whole, once", () => {
  let answers = addAnswer(NO_ANSWERS, part("Hel", { first: true }), 1);
  answers = addAnswer(answers, part("lo"), 2);
  assert.deepEqual([answers[0].text, answers[0].isWhole], ["Hello", false]);
  answers = addAnswer(answers, part("Hello you", { growing: false }), 3);
  assert.deepEqual(answers.map(({ text, isWhole, at }) => [text, isWhole, at]), [["Hello you", true, 3]]);
});

test("who joins in the middle waits for the whole", () => {
  assert.deepEqual(addAnswer(NO_ANSWERS, part("lo"), 1), NO_ANSWERS);
  assert.equal(addAnswer(NO_ANSWERS, part("Hello", { growing: false }), 1)[0].text, "Hello");
});

test("answers without an id are each their own", () => {
  const whole = part("Hi", { id: "", growing: false });
  assert.equal(addAnswer(addAnswer(NO_ANSWERS, whole, 1), whole, 2).length, 2);
});

test("answers are bounded in number and length, and go after a while", () => {
  let answers = NO_ANSWERS;
  for (let index = 0; index < 50; index += 1) answers = addAnswer(answers, part("x", { id: `a${index}`, growing: false }), index);
  assert.equal(answers.length, MOST_ANSWERS);
  let long = addAnswer(NO_ANSWERS, part("x", { first: true }), 0);
  for (let index = 0; index < 30; index += 1) long = addAnswer(long, part("y".repeat(1_000)), 0);
  assert.equal(long[0].text.length, 20_000);
  assert.equal(forgetAnswers(answers, SHOWN_FOR), answers);
  assert.deepEqual(forgetAnswers(answers, SHOWN_FOR + 100), []);
});
