/** The binary message of one pushed frame: a header of 20 bytes and a JPEG, as the vision service's /push takes it. */

export const HEADER = 20;
const JPEG = 1;

/**
 * @param {Uint8Array} jpeg
 * @param {number} microseconds when the picture was taken, Unix time
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function makeMessage(jpeg, microseconds) {
  const message = new Uint8Array(HEADER + jpeg.byteLength);
  message.set([0x44, 0x58, 0x46, 0x31, JPEG]); // DXF1
  new DataView(message.buffer).setBigUint64(12, BigInt(Math.round(microseconds)));
  message.set(jpeg, HEADER);
  return message;
}
