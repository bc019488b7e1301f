import type { ThemeName } from './map/palette';

export type ThemeChoice = 'auto' | ThemeName;
const CHOICES: readonly ThemeChoice[] = ['auto', 'light', 'dark'];
const KEY = 'lagebild.theme';

/** Light or dark: the reader's choice, kept on this device, or what the device asks for. */
class Appearance {
  #choice = $state<ThemeChoice>('auto');
  #deviceIsDark = $state(false);

  get choice(): ThemeChoice {
    return this.#choice;
  }

  get theme(): ThemeName {
    if (this.#choice !== 'auto') return this.#choice;
    return this.#deviceIsDark ? 'dark' : 'light';
  }

  start(): void {
    const device = matchMedia('(prefers-color-scheme: dark)');
    this.#deviceIsDark = device.matches;
    device.addEventListener('change', ({ matches }) => {
      this.#deviceIsDark = matches;
      this.#show();
    });
    const kept = localStorage.getItem(KEY);
    this.#choice = CHOICES.find((choice) => choice === kept) ?? 'auto';
    this.#show();
  }

  next(): void {
    this.#choice = CHOICES[(CHOICES.indexOf(this.#choice) + 1) % CHOICES.length] ?? 'auto';
    localStorage.setItem(KEY, this.#choice);
    this.#show();
  }

  #show(): void {
    document.documentElement.dataset.theme = this.theme;
  }
}

export const appearance = new Appearance();
