import { de, type Text } from './de';

/** The words of the page. A second language is a second file of the same shape. */
export const text: Text = de;
export type { Text };
