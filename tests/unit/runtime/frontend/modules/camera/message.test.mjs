import assert from "node:assert/strict";
import { test } from "node:test";

import { HEADER, makeMessage } from "../../../../../../runtime/dixi_runtime/frontend/static/modules/camera/message.js";

test("a message is a header and the picture", () => {
  const message = makeMessage(new Uint8Array([0xff, 0xd8, 0xff]), 1_800_000_000_000_000);
  const view = new DataView(message.buffer);
  assert.equal(new TextDecoder().decode(message.slice(0, 4)), "DXF1");
  assert.equal(view.getUint8(4), 1);
  assert.equal(view.getBigUint64(12), 1_800_000_000_000_000n);
  assert.deepEqual([...message.slice(HEADER)], [0xff, 0xd8, 0xff]);
  assert.equal(message.slice(5, 12).every((byte) => byte === 0), true);
});
