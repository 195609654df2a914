import assert from "node:assert/strict";
import { test } from "node:test";

import { list, matrix, number, object, parse, point, text, triple } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/wire/values.js";

const ODD = [undefined, null, true, NaN, Infinity, "", "x", [], {}, [1, 2], { x: 1 }, () => 1, Symbol("x")];

test("whatever is read, nothing is thrown", () => {
  for (const value of ODD) {
    for (const read of [list, matrix, number, object, point, triple]) read(value);
    assert.equal(typeof text(value, 3), "string");
  }
  assert.equal(parse("{"), null);
});

test("numbers are finite", () => {
  for (const value of [NaN, Infinity, "1", null]) assert.equal(number(value), null);
  assert.equal(point({ x: 1, y: NaN }), null);
  assert.equal(triple([1, 2, NaN]), null);
  assert.equal(triple([1, 2, 3, 4]), null);
});
