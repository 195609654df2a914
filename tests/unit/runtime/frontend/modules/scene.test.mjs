import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY_SCENE, expire, receive, title } from "../../../../../runtime/dixi_runtime/frontend/static/modules/scene.js";

const HAND = { side: "right", gesture: "fist", landmarks: [] };
const MATRIX = [[2, 0, 0], [0, 2, 0], [0, 0, 1]];

test("a frame names the gesture of the first hand that makes one", () => {
  const hands = [{ ...HAND, side: "left", gesture: "unknown" }, HAND];
  assert.equal(receive(EMPTY_SCENE, { kind: "tracking", hands, simulated: false }, 5).gesture, "fist");
});

test("a frame without hands clears the gesture", () => {
  const before = receive(EMPTY_SCENE, { kind: "gesture", gesture: "fist", simulated: false }, 5);
  assert.equal(before.gesture, "fist");
  assert.equal(receive(before, { kind: "tracking", hands: [], simulated: false }, 6).gesture, "");
});

test("old news is forgotten, the calibration is not", () => {
  const calibrated = receive(EMPTY_SCENE, { kind: "mapping", matrix: MATRIX }, 0);
  const scene = receive(calibrated, { kind: "tracking", hands: [HAND], simulated: true }, 100);
  assert.equal(expire(scene, 1_100), scene);
  assert.deepEqual(expire(scene, 1_101), { ...EMPTY_SCENE, matrix: MATRIX });
});

test("a gesture's name is made for people", () => {
  assert.equal(title("open_palm"), "Open palm");
  assert.equal(title("unknown"), "");
  assert.equal(title(""), "");
});
