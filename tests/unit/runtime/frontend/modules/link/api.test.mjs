import assert from "node:assert/strict";
import { test } from "node:test";

import { explain } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/link/api.js";

test("an error is a sentence with what the service says", () => {
  assert.equal(explain(503, { error: "State unavailable", details: "Redis is away" }), "State unavailable: Redis is away");
  assert.equal(explain(400, { error: "Validation failed", details: [{ msg: "Field required" }] }), "Validation failed: Field required");
  assert.equal(explain(502, null), "The service answered with status 502");
});
