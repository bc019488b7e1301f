import { de, type Text } from './de';
import { en } from './en';
import { language, type Language } from './language';

const TEXTS: Record<Language, Text> = { de, en };

/** The words of the page, in the language that the reader has chosen. */
export const text: Text = TEXTS[language];
export type { Text };
