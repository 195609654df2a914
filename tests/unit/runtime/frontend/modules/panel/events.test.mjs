import assert from "node:assert/strict";
import { test } from "node:test";

import { Events } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/panel/events.js";

test("an event is complete with its empty line, wherever the pieces end", () => {
  const events = new Events();
  const pieces = ["da", "ta: one\r\n\r", "\ndata: two\ndata: lines\n\n: comment\n\ndata: th"];
  assert.deepEqual(pieces.map((piece) => events.take(piece)), [[], [], ["one", "two\nlines"]]);
  assert.deepEqual(events.take("ree\n\n"), ["three"]);
});
