/** Server-sent events from text that comes in pieces (HTML standard, 9.2.6); only their data are of interest. */

export class Events {
  constructor() {
    this.rest = "";
  }

  /**
   * @param {string} piece
   * @returns {string[]} the data of the events that this piece completes
   */
  take(piece) {
    const blocks = (this.rest + piece).replaceAll("\r\n", "\n").split("\n\n");
    this.rest = blocks.pop() ?? "";
    return blocks.map(data).filter((found) => found !== "");
  }
}

/**
 * @param {string} block
 * @returns {string}
 */
function data(block) {
  const lines = block.split("\n").filter((line) => line.startsWith("data:"));
  return lines.map((line) => line.slice(5).replace(/^ /, "")).join("\n");
}
