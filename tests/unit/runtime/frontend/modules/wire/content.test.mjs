import assert from "node:assert/strict";
import { test } from "node:test";

import { readContent } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/wire/content.js";

test("text comes as a string or in an object", () => {
  assert.equal(readContent({ content: "Hi" }).text, "Hi");
  assert.equal(readContent({ content: { text: "Hi" } }).text, "Hi");
  assert.equal(readContent({ content: 42 }).text, "42");
});

test("without anything to show there is no content", () => {
  for (const content of ["", null, {}, [], { text: "" }, { image: "x" }]) assert.equal(readContent({ content }), null);
});

test("a picture is of this origin or in the message itself", () => {
  const image = (given) => readContent({ content: { text: "x", image: given } }).image;
  assert.equal(image("data:image/png;base64,AAAA"), "data:image/png;base64,AAAA");
  assert.equal(image("/static/icon.svg"), "/static/icon.svg");
  const foreign = ["data:image/svg+xml;base64,AAAA", "data:text/html;base64,AAAA", "javascript:alert(1)"];
  for (const given of [...foreign, "//elsewhere.example/x.png", "/vision/video_feed", 3]) assert.equal(image(given), "");
});

test("place, colours and size are kept within bounds", () => {
  const shown = readContent({ content: "x", position: { x: 7, y: -1 }, style: { color: "#fff", background: "red", size: 99 } });
  assert.deepEqual(shown.at, { x: 1, y: 0 });
  assert.deepEqual([shown.colour, shown.background, shown.size], ["#fff", null, 0.5]);
});
