/** Asks for the live scene; what comes over the WebSocket is only what changes. */

import { readScene } from "../wire/scene.js";
import { ask } from "./api.js";

/** @typedef {import("../wire/messages.js").Scene} SceneMessage */

/**
 * @param {Record<string, string>} headers
 * @returns {Promise<SceneMessage | null>} null where nobody can say
 */
export async function askForScene(headers) {
  const found = await ask("GET", "/api/projection/live", undefined, headers).catch(() => null);
  const scene = found === null ? null : readScene(found);
  return scene === null ? null : { kind: "scene", scene };
}
