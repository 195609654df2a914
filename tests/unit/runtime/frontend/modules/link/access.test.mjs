import assert from "node:assert/strict";
import { test } from "node:test";

import { readToken, socketUrl } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/link/access.js";

test("the token stands behind the # of the link", () => {
  assert.equal(readToken("#token=a.b-c_d"), "a.b-c_d");
  for (const hash of ["", "#", "#other=1", "#token=", "#token=a b<c>", `#token=${"x".repeat(5_000)}`]) assert.equal(readToken(hash), "");
});

test("a socket has the page's origin", () => {
  assert.equal(socketUrl({ protocol: "http:", host: "wall:3000" }, "/ws", {}), "ws://wall:3000/ws");
  assert.equal(socketUrl({ protocol: "https:", host: "wall" }, "/ws", { token: "a b", none: "" }), "wss://wall/ws?token=a+b");
});
