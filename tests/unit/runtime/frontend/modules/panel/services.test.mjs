import assert from "node:assert/strict";
import { test } from "node:test";

import { describe } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/panel/services.js";

test("a backend that does not answer is all there is to say", () => {
  assert.deepEqual(describe(null), [["Backend", "bad", "does not answer"]]);
});

test("each service says how it is", () => {
  const checks = {
    uptime: 7_300,
    vision: { status: "healthy", response: { simulated: true } },
    ollama: { status: "unhealthy", error: "no answer" },
    websocket: { status: "healthy", connectedClients: 3 },
  };
  assert.deepEqual(describe(checks), [
    ["Backend", "good", "up 2 h"],
    ["Vision", "good", "simulated camera"],
    ["Model", "bad", "no answer"],
    ["Pages", "good", "3 connected"],
  ]);
});

test("odd checks are bad news, not errors", () => {
  for (const vision of [undefined, null, 3, "x", {}]) assert.deepEqual(describe({ vision })[1], ["Vision", "bad", "away"]);
});
