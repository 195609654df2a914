import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST_OBJECTS, readScene } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/wire/scene.js";

const BOX = { id: "box_1", type: "box", position: [1, 2, -2], rotation: [0, 0, 0], scale: [0.5, 0.5, 0.5], color: "#4de1ff" };

/** @param {unknown[]} objects */
const scene = (objects) => readScene({ objects, revision: 1, selected: "box_1", cleared: 5, undoable: 2 });

test("a scene gives its objects", () => {
  const found = scene([BOX]);
  assert.deepEqual(found.objects[0].position, [1, 2, -2]);
  assert.equal(found.objects[0].colour, "#4de1ff");
  assert.deepEqual([found.selected, found.cleared, found.undoable], ["box_1", 5, 2]);
});

test("of ten thousand objects the newest are drawn", () => {
  const many = Array.from({ length: 10_000 }, (_, number) => ({ ...BOX, id: `box_${number}` }));
  const found = scene(many);
  assert.equal(found.objects.length, MOST_OBJECTS);
  assert.equal(found.objects.at(-1).id, "box_9999");
});

test("an object that cannot be drawn is left out", () => {
  const odd = [null, 3, {}, { ...BOX, type: "skull" }, { ...BOX, position: [1, 2] }, { ...BOX, position: [1, 2, null] }];
  const far = [{ ...BOX, position: [1e9, 0, 0] }, { ...BOX, scale: [0, 1, 1] }, { ...BOX, scale: [1e6, 1, 1] }, { ...BOX, id: "" }];
  assert.deepEqual(scene([...odd, ...far, BOX]).objects.map(({ id }) => id), ["box_1"]);
});

test("a colour that is none is white", () => {
  assert.equal(scene([{ ...BOX, color: "url(x)" }]).objects[0].colour, "#ffffff");
});
