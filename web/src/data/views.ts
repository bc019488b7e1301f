/** A way of looking at the picture that has been given a name: filter, layers, panel and place, as in the address. */
export interface SavedView {
  name: string;
  search: string;
}

/** Where views are kept. It answers with the list as it then stands, in the order of their names. */
export interface ViewStore {
  list(): Promise<readonly SavedView[]>;
  /** A view of the same name is replaced. */
  save(view: SavedView): Promise<readonly SavedView[]>;
  remove(name: string): Promise<readonly SavedView[]>;
}

/** Keeps views on this device, apart for each role that uses it. */
export class DeviceViews implements ViewStore {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly #key: string;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>, role: string) {
    this.#storage = storage;
    this.#key = `lagebild.views.${role}`;
  }

  list(): Promise<readonly SavedView[]> {
    return Promise.resolve(viewsIn(this.#storage.getItem(this.#key)));
  }

  async save(view: SavedView): Promise<readonly SavedView[]> {
    return this.#keep([...(await this.list()).filter(({ name }) => name !== view.name), view]);
  }

  async remove(name: string): Promise<readonly SavedView[]> {
    return this.#keep((await this.list()).filter((view) => view.name !== name));
  }

  #keep(views: readonly SavedView[]): readonly SavedView[] {
    const sorted = [...views].sort((a, b) => a.name.localeCompare(b.name, 'de'));
    this.#storage.setItem(this.#key, JSON.stringify(sorted));
    return sorted;
  }
}

/** What is not a list of views, by whoever's hand, is no view. */
function viewsIn(kept: string | null): SavedView[] {
  try {
    const list: unknown = JSON.parse(kept ?? '[]');
    return Array.isArray(list) ? list.filter(isView) : [];
  } catch {
    return [];
  }
}

function isView(value: unknown): value is SavedView {
  const { name, search } = (value ?? {}) as Record<string, unknown>;
  return typeof name === 'string' && typeof search === 'string';
}
