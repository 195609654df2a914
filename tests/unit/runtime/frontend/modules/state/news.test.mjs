import assert from "node:assert/strict";
import { test } from "node:test";

import { NO_NEWS, expire, receive, title } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/state/news.js";

const HAND = { side: "right", gesture: "fist", landmarks: [] };
const MATRIX = [[2, 0, 0], [0, 2, 0], [0, 0, 1]];

test("a frame names the gesture of the first hand that makes one", () => {
  const hands = [{ ...HAND, side: "left", gesture: "unknown" }, HAND];
  assert.equal(receive(NO_NEWS, { kind: "tracking", hands, simulated: false }, 5).gesture, "fist");
});

test("a frame without hands clears the gesture", () => {
  const before = receive(NO_NEWS, { kind: "gesture", gesture: "fist", simulated: false }, 5);
  assert.equal(before.gesture, "fist");
  assert.equal(receive(before, { kind: "tracking", hands: [], simulated: false }, 6).gesture, "");
});

test("old news is forgotten, the calibration is not", () => {
  const calibrated = receive(NO_NEWS, { kind: "mapping", matrix: MATRIX }, 0);
  const scene = receive(calibrated, { kind: "tracking", hands: [HAND], simulated: true }, 100);
  assert.equal(expire(scene, 1_100), scene);
  assert.deepEqual(expire(scene, 1_101), { ...NO_NEWS, matrix: MATRIX });
});

test("nothing changes while nothing happens", () => {
  assert.equal(expire(NO_NEWS, 5_000), NO_NEWS);
});

const SCENE = { objects: [], selected: null, revision: 1, cleared: 0, undoable: 0 };
const ANSWER = { kind: "answer", id: "a", query: "?", text: "Hello", growing: false, first: false, at: 0 };

test("a wave takes what the AI said from the wall", () => {
  let news = receive(receive(NO_NEWS, { kind: "scene", scene: SCENE }, 0), ANSWER, 10);
  assert.equal(receive(news, { kind: "scene", scene: { ...SCENE, revision: 2 } }, 20).answers.length, 1);
  news = receive(news, { kind: "scene", scene: { ...SCENE, revision: 2, cleared: 7 } }, 20);
  assert.deepEqual(news.answers, []);
});

test("content is shown until there is other content", () => {
  const content = { text: "Hi", image: "", at: { x: 0.5, y: 0.5 }, colour: null, background: null, size: 0.1 };
  const news = receive(NO_NEWS, { kind: "content", content }, 0);
  assert.equal(expire(news, 1e9).content, content);
  assert.equal(receive(news, { kind: "content", content: null }, 1).content, null);
});

test("a gesture's name is made for people", () => {
  assert.equal(title("open_palm"), "Open palm");
  assert.equal(title("unknown"), "");
  assert.equal(title(""), "");
});
