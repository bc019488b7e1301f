import type { Taxonomy } from '../api/types';
import type { Filter } from '../state';
import { text } from '../text';

interface Option {
  id: string;
  label: string;
  note?: string;
}

/** Only what can still match beside what is chosen above it, and always what is chosen itself. */
export function themeOptions({ themes }: Taxonomy, { prevention, theme }: Filter): Option[] {
  return themes.filter(
    ({ id, prevention: field }) => theme.includes(id) || prevention.length === 0 || (field !== null && prevention.includes(field)),
  );
}

export function categoryOptions({ categories }: Taxonomy, { prevention, theme, category }: Filter): Option[] {
  return categories
    .filter(
      (option) =>
        category.includes(option.id) ||
        ((theme.length === 0 || theme.includes(option.theme)) &&
          (prevention.length === 0 || (option.prevention !== null && prevention.includes(option.prevention)))),
    )
    .map(({ id, label, origin }) => (origin === 'control' ? { id, label, note: text.filters.control } : { id, label }));
}
