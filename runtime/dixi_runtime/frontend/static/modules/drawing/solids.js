/**
 * Draws the live scene in three dimensions, with three. The camera looks straight at the wall without perspective, so that an
 * object stands where the finger is that made it.
 */

import {
  AmbientLight, BoxGeometry, BufferGeometry, Color, ConeGeometry, CylinderGeometry, DirectionalLight, DoubleSide, EdgesGeometry,
  LineBasicMaterial, LineSegments, Mesh, MeshStandardMaterial, OctahedronGeometry, OrthographicCamera, PlaneGeometry, RingGeometry,
  Scene, SphereGeometry, TetrahedronGeometry, TorusGeometry, WebGLRenderer,
} from "three";

import { SIDE } from "../wire/scene.js";

/** @typedef {import("../wire/scene.js").SceneObject} SceneObject */
/** @typedef {import("../wire/scene.js").LiveScene} LiveScene */
/** @typedef {import("../wall/output.js").Region} Region */
/** @typedef {{mesh: Mesh<BufferGeometry, MeshStandardMaterial>, type: string}} Solid */

const NEAR = 0.1;
const FAR = 40;
const EYE = 20;
const SELECTED = "#ffffff";

/** @type {Record<string, () => BufferGeometry>} each about one unit large */
const GEOMETRIES = {
  box: () => new BoxGeometry(1, 1, 1),
  sphere: () => new SphereGeometry(0.5, 32, 16),
  torus: () => new TorusGeometry(0.38, 0.14, 16, 48),
  cone: () => new ConeGeometry(0.5, 1, 32),
  cylinder: () => new CylinderGeometry(0.5, 0.5, 1, 32),
  octahedron: () => new OctahedronGeometry(0.6),
  tetrahedron: () => new TetrahedronGeometry(0.65),
  plane: () => new PlaneGeometry(1, 1),
  ring: () => new RingGeometry(0.3, 0.5, 48),
};

export class Solids {
  /**
   * Throws where the browser has no WebGL.
   * @param {HTMLCanvasElement} canvas
   */
  constructor(canvas) {
    this.renderer = new WebGLRenderer({ canvas, alpha: true, antialias: true, powerPreference: "high-performance" });
    this.camera = new OrthographicCamera(-1, 1, 1, -1, NEAR, FAR);
    this.camera.position.z = EYE;
    this.scene = new Scene();
    const sun = new DirectionalLight("#ffffff", 2.2);
    sun.position.set(3, 6, 9);
    this.scene.add(new AmbientLight("#ffffff", 1.1), sun);
    /** @type {Map<string, BufferGeometry>} */
    this.geometries = new Map();
    /** @type {Map<string, Solid>} */
    this.solids = new Map();
    this.outline = new LineSegments(new BufferGeometry(), new LineBasicMaterial({ color: SELECTED }));
    this.aspect = 1;
  }

  /**
   * @param {number} width pixels
   * @param {number} height pixels
   * @param {Region} region
   * @returns {void}
   */
  resize(width, height, region) {
    this.renderer.setSize(width, height, false);
    // The wall is as wide as it is to the projector, so that a cube is one.
    this.aspect = (width / region.width) / (height / region.height);
    const wide = SIDE * this.aspect;
    this.camera.left = (region.x - 0.5) * wide;
    this.camera.right = (region.x + region.width - 0.5) * wide;
    this.camera.top = (0.5 - region.y) * SIDE;
    this.camera.bottom = (0.5 - region.y - region.height) * SIDE;
    this.camera.updateProjectionMatrix();
  }

  /**
   * @param {LiveScene} live
   * @returns {void}
   */
  draw(live) {
    const present = new Set(live.objects.map((object) => object.id));
    for (const [id, solid] of this.solids) if (!present.has(id)) this.remove(id, solid);
    for (const object of live.objects) this.place(this.find(object), object);
    this.select(live.selected);
    this.renderer.render(this.scene, this.camera);
  }

  /** @returns {void} */
  dispose() {
    for (const [id, solid] of this.solids) this.remove(id, solid);
    for (const geometry of this.geometries.values()) geometry.dispose();
    this.renderer.dispose();
  }

  /**
   * @param {SceneObject} object
   * @returns {Solid}
   */
  find(object) {
    const known = this.solids.get(object.id);
    if (known !== undefined && known.type === object.type) return known;
    if (known !== undefined) this.remove(object.id, known);
    const material = new MeshStandardMaterial({ roughness: 0.45, metalness: 0.1, side: DoubleSide });
    const solid = { mesh: new Mesh(this.shape(object.type), material), type: object.type };
    this.scene.add(solid.mesh);
    this.solids.set(object.id, solid);
    return solid;
  }

  /**
   * @param {string} type
   * @returns {BufferGeometry} shared by all objects of that shape
   */
  shape(type) {
    let geometry = this.geometries.get(type);
    if (geometry === undefined) {
      geometry = (GEOMETRIES[type] ?? GEOMETRIES.box)();
      this.geometries.set(type, geometry);
    }
    return geometry;
  }

  /**
   * @param {Solid} solid
   * @param {SceneObject} object
   * @returns {void}
   */
  place({ mesh }, { position: [x, y, z], rotation, scale, colour }) {
    mesh.position.set(x * this.aspect, y, z);
    mesh.rotation.set(...rotation);
    mesh.scale.set(...scale);
    mesh.material.color = new Color(colour);
  }

  /**
   * @param {string | null} id
   * @returns {void}
   */
  select(id) {
    const solid = id === null ? undefined : this.solids.get(id);
    this.outline.removeFromParent();
    if (solid === undefined) return;
    this.outline.geometry.dispose();
    this.outline.geometry = new EdgesGeometry(solid.mesh.geometry, 20);
    this.outline.scale.setScalar(1.04);
    solid.mesh.add(this.outline);
  }

  /**
   * @param {string} id
   * @param {Solid} solid
   * @returns {void}
   */
  remove(id, solid) {
    this.scene.remove(solid.mesh);
    solid.mesh.material.dispose();
    this.solids.delete(id);
  }
}
