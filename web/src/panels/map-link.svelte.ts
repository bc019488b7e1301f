import type { Camera } from '../state';
import type { Bounds } from '../geometry';

type Wish = { kind: 'frame'; bounds: Bounds } | { kind: 'move'; camera: Camera } | { kind: 'home' } | { kind: 'take-view' } | { kind: 'pick-middle' } | { kind: 'print' };

/** What panels ask of the map, without knowing it: the map pane grants the newest wish. */
export class MapLink {
  #wish = $state.raw<Wish | null>(null);

  /** True while the map still draws what it was last given. */
  busy = $state(false);

  get wish(): Wish | null {
    return this.#wish;
  }

  frame(bounds: Bounds): void {
    this.#wish = { kind: 'frame', bounds };
  }

  moveTo(camera: Camera): void {
    this.#wish = { kind: 'move', camera };
  }

  /** The part of the map that can be seen becomes the box of the filter. */
  takeView(): void {
    this.#wish = { kind: 'take-view' };
  }

  /** As if the middle of the map had been clicked. */
  pickMiddle(): void {
    this.#wish = { kind: 'pick-middle' };
  }

  /** The page as it stands goes to paper, with the map drawn by day. */
  print(): void {
    this.#wish = { kind: 'print' };
  }

  home(): void {
    this.#wish = { kind: 'home' };
  }
}
