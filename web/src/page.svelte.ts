import { initialState, type PageState } from './state';
import { searchOf, stateOf } from './url';

/** The one holder of the page's state: panels read `page.state` and send pure updates to `page.update`. */
class Page {
  #state = $state.raw<PageState>(initialState());

  get state(): PageState {
    return this.#state;
  }

  start(): void {
    this.#state = stateOf(location.search);
    window.addEventListener('popstate', () => {
      this.#state = stateOf(location.search);
    });
  }

  /** A step the reader may want to take back: it gets its own entry in the history. */
  update(change: (state: PageState) => PageState): void {
    this.#apply(change, 'push');
  }

  /** A step that only refines where one is, such as moving the map. */
  adjust(change: (state: PageState) => PageState): void {
    this.#apply(change, 'replace');
  }

  #apply(change: (state: PageState) => PageState, how: 'push' | 'replace'): void {
    const before = searchOf(this.#state);
    this.#state = change(this.#state);
    const search = searchOf(this.#state);
    if (search === before) return;
    const address = search ? `?${search}` : location.pathname;
    if (how === 'push') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
  }
}

export const page = new Page();
