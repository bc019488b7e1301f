import type { Bounds, LngLat } from '../geometry';
import type { PointerTool } from '../map/map';

/** What is being drawn on the map, until it is taken over or put away. */
export class Sketch {
  #tool = $state<PointerTool>('look');
  #box = $state.raw<Bounds | null>(null);
  #path = $state.raw<readonly LngLat[]>([]);

  get tool(): PointerTool {
    return this.#tool;
  }
  get box(): Bounds | null {
    return this.#box;
  }
  get path(): readonly LngLat[] {
    return this.#path;
  }

  take(tool: PointerTool): void {
    this.#tool = tool;
    this.#box = null;
    this.#path = [];
  }

  putAway(): void {
    this.take('look');
  }

  drawBox(box: Bounds): void {
    this.#box = box;
  }

  addPoint(point: LngLat): void {
    this.#path = [...this.#path, point];
  }

  removePoint(): void {
    this.#path = this.#path.slice(0, -1);
  }
}
