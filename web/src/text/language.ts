export type Language = 'de' | 'en';
export const LANGUAGES: readonly Language[] = ['de', 'en'];

const KEY = 'lagebild.language';

/** The reader's choice, kept on this device; German where none was made. Only browsers keep one. */
export const language: Language = chosen();

/** The `lang` of the server's own sentences, which are German: stated where the page is not. */
export const said: Language | undefined = language === 'de' ? undefined : 'de';

function chosen(): Language {
  const kept = typeof localStorage === 'undefined' ? null : localStorage.getItem(KEY);
  return LANGUAGES.find((known) => known === kept) ?? 'de';
}

/** The page begins anew in the other language; what it shows is in the address, so nothing is lost. */
export function choose(next: Language): void {
  localStorage.setItem(KEY, next);
  location.reload();
}
