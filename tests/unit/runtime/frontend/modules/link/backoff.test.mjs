import assert from "node:assert/strict";
import { test } from "node:test";

import { FIRST_DELAY, LONGEST_DELAY, delayBefore } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/link/backoff.js";

test("the delay doubles up to its bound and never ends", () => {
  assert.equal(delayBefore(0, 1), FIRST_DELAY);
  assert.equal(delayBefore(1, 1), 2 * FIRST_DELAY);
  assert.equal(delayBefore(1_000_000, 1), LONGEST_DELAY);
});

test("half of it is random, so that pages do not come back together", () => {
  assert.equal(delayBefore(3, 0), delayBefore(3, 1) / 2);
});
