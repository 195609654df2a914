/** The live scene as the backend tells it. Scene units: the wall is 10 wide and 10 high, origin in the middle, y up. */

import { colour, list, number, object, text, triple } from "./values.js";

/**
 * @typedef {{
 *   id: string, type: string, colour: string,
 *   position: [number, number, number], rotation: [number, number, number], scale: [number, number, number],
 * }} SceneObject
 */
/** @typedef {{objects: SceneObject[], selected: string | null, revision: number, cleared: number, undoable: number}} LiveScene */

export const SIDE = 10;
export const MOST_OBJECTS = 50;
export const SHAPES = /** @type {const} */ ([
  "box", "sphere", "torus", "cone", "cylinder", "octahedron", "tetrahedron", "plane", "ring",
]);

/** @type {LiveScene} */
export const EMPTY_LIVE_SCENE = { objects: [], selected: null, revision: -1, cleared: 0, undoable: 0 };

const LONGEST_ID = 100;
const FARTHEST = 10;
const LARGEST = 5;

/**
 * What cannot be drawn is left out; of too many objects the oldest are.
 * @param {Record<string, unknown>} data
 * @returns {LiveScene | null}
 */
export function readScene(data) {
  const revision = number(data.revision);
  if (revision === null || !Array.isArray(data.objects)) return null;
  const objects = list(data.objects).slice(-MOST_OBJECTS).map(readObject).filter((found) => found !== null);
  return {
    objects,
    selected: typeof data.selected === "string" ? data.selected : null,
    revision,
    cleared: number(data.cleared) ?? 0,
    undoable: number(data.undoable) ?? 0,
  };
}

/**
 * @param {unknown} value
 * @returns {SceneObject | null}
 */
function readObject(value) {
  const given = object(value);
  const position = triple(given?.position);
  const rotation = triple(given?.rotation ?? [0, 0, 0]);
  const scale = triple(given?.scale ?? [1, 1, 1]);
  const id = text(given?.id, LONGEST_ID);
  const type = SHAPES.find((shape) => shape === given?.type);
  if (position === null || rotation === null || scale === null || id === "" || type === undefined) return null;
  if (position.some((value) => Math.abs(value) > FARTHEST) || scale.some((value) => !(value > 0 && value <= LARGEST))) {
    return null;
  }
  return { id, type, colour: colour(given?.color) ?? "#ffffff", position, rotation, scale };
}
