import type { Camera } from '../state';
import type { Bounds } from '../map/geometry';

type Wish = { kind: 'frame'; bounds: Bounds } | { kind: 'move'; camera: Camera } | { kind: 'home' };

/** What panels ask of the map, without knowing it: the map pane grants the newest wish. */
export class MapLink {
  #wish = $state.raw<Wish | null>(null);

  get wish(): Wish | null {
    return this.#wish;
  }

  frame(bounds: Bounds): void {
    this.#wish = { kind: 'frame', bounds };
  }

  moveTo(camera: Camera): void {
    this.#wish = { kind: 'move', camera };
  }

  home(): void {
    this.#wish = { kind: 'home' };
  }
}
