import { describe, expect, it } from 'vitest';
import { de } from '../src/text/de';
import { en } from '../src/text/en';

function* leaves(value: unknown, path: string): Generator<[string, unknown]> {
  if (typeof value !== 'object' || value === null) yield [path, value];
  else for (const [key, inner] of Object.entries(value)) yield* leaves(inner, `${path}.${key}`);
}

describe('the words of the page', () => {
  const german = new Map(leaves(de, ''));
  const english = new Map(leaves(en, ''));

  it('are there in both languages, in the same places', () => {
    expect([...english.keys()].sort()).toEqual([...german.keys()].sort());
    for (const [path, word] of english) expect(typeof word, path).toBe(typeof german.get(path));
  });

  it('are never empty', () => {
    for (const [path, word] of [...german, ...english]) expect(word, path).not.toBe('');
  });

  it('name as many columns of the export as each row has cells', () => {
    expect(en.export.columns).toHaveLength(de.export.columns.length);
  });

  it('keep German terms of art in English', () => {
    expect(en.hotspotKind.angstraum.label).toBe('Angstraum');
  });
});
