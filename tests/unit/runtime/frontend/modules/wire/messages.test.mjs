import assert from "node:assert/strict";
import { test } from "node:test";

import { parseMessage } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/wire/messages.js";

const LANDMARKS = Array.from({ length: 21 }, (_, index) => ({ x: index / 21, y: 0.5, z: 0 }));
const HAND = { detected: true, gesture: "fist", landmarks: LANDMARKS, position: { x: 0, y: 0, z: 0 } };

/** @param {unknown} data */
const tracking = (data) => parseMessage(JSON.stringify({ type: "tracking", data }));

test("a frame gives its hands", () => {
  const message = tracking({ hands: { left: null, right: HAND }, simulated: true });
  assert.equal(message.kind, "tracking");
  assert.equal(message.simulated, true);
  assert.deepEqual(
    message.hands.map(({ side, gesture, landmarks }) => [side, gesture, landmarks.length]),
    [["right", "fist", 21]],
  );
});

test("a hand without a position or with odd landmarks is still a hand, without a drawing", () => {
  for (const landmarks of [undefined, [], LANDMARKS.slice(1), [...LANDMARKS.slice(1), { x: null, y: 1 }], "x"]) {
    const message = tracking({ hands: { left: { detected: true, gesture: "fist", landmarks }, right: null } });
    assert.deepEqual(message.hands, [{ side: "left", gesture: "fist", landmarks: [] }]);
  }
});

test("a frame with a face and a body is drawn like any other", () => {
  const face = { detected: true, bounding_box: {} };
  const body = { detected: true, landmarks: [{}] };
  assert.equal(tracking({ face, body, hands: { right: HAND } }).hands.length, 1);
});

test("a frame without hands, or with nonsense for hands, shows nobody", () => {
  for (const hands of [undefined, null, [], "x", 3, { left: [], right: 4 }, { left: { detected: false } }]) {
    assert.deepEqual(tracking({ hands }).hands, []);
  }
});

test("a gesture's name is text of a bounded length", () => {
  const message = parseMessage(JSON.stringify({ type: "gesture", data: { type: "<script>".repeat(100) } }));
  assert.equal(message.gesture.length, 40);
  assert.equal(parseMessage(JSON.stringify({ type: "gesture", data: { type: {} } })).gesture, "");
});

test("a calibration gives its matrix, and a broken one none", () => {
  const identity = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  const update = (calibrationData) =>
    parseMessage(JSON.stringify({ type: "projection", data: { type: "mapping_update", calibrationData } }));
  assert.deepEqual(update({ matrix: identity }).matrix, identity);
  for (const broken of [null, {}, { matrix: [[1]] }, { matrix: [[1, 0, 0], [0, 1, 0], [0, 0, "1"]] }]) {
    assert.equal(update(broken).matrix, null);
  }
});

test("nothing that can arrive is an error", () => {
  const hostile = ["", "null", "[]", "3", "{", '{"type":"tracking"}', '{"type":"tracking","data":null}', '{"type":3}'];
  for (const text of hostile) assert.equal(parseMessage(text), null);
});

test("what the AI says is text, whatever stands in it", () => {
  const response = "<img src=x onerror=alert(1)>";
  const said = parseMessage(JSON.stringify({ type: "ai_response", data: { response, id: "a", streaming: true, first: true } }));
  assert.equal(said.text, response);
  assert.deepEqual([said.growing, said.first], [true, true]);
});

test("when a picture was taken is in milliseconds, whoever tells it", () => {
  assert.equal(tracking({ captured: 1_800_000_000_000_000, timestamp: 5 }).captured, 1_800_000_000_000);
  assert.equal(tracking({ timestamp: 1_800_000_000_000 }).captured, 1_800_000_000_000);
  assert.equal(tracking({}).captured, null);
});

test("a pattern is one of three", () => {
  const told = (pattern) => parseMessage(JSON.stringify({ type: "projection", data: { type: "pattern_update", pattern } }));
  assert.equal(told("touch").pattern, "touch");
  for (const pattern of [null, "blink", 3]) assert.equal(told(pattern), null);
});

test("a scene that is no scene is none of the page's business", () => {
  assert.equal(parseMessage(JSON.stringify({ type: "scene", data: { objects: 3 } })), null);
  assert.equal(parseMessage(JSON.stringify({ type: "scene", data: { objects: [], revision: 3 } })).scene.revision, 3);
});
