import { describe, expect, it } from 'vitest';
import { differenceClasses, differencesOf } from '../src/data/differences';
import type { Cell } from '../src/api/types';

const cell = (h3: string, count: number | null): Cell => ({ h3, count, suppressed: count === null });

describe('differences between two windows', () => {
  it('take in what is empty in one of them, and leave out what either keeps back', () => {
    const differences = differencesOf([cell('a', 4), cell('b', 2), cell('x', null)], [cell('b', 2), cell('c', 3), cell('x', 9)]);
    expect(differences).toEqual([
      { h3: 'a', now: 4, before: 0 },
      { h3: 'b', now: 2, before: 2 },
      { h3: 'c', now: 0, before: 3 },
    ]);
  });

  it('fall into classes that mirror each other round zero', () => {
    const now = [cell('a', 1), cell('b', 5), cell('c', 20), cell('s', 7)];
    const before = [cell('d', 1), cell('e', 6), cell('f', 30), cell('s', 7)];
    const classes = differenceClasses(differencesOf(now, before));
    expect(classes.map(({ side, step }) => `${side}${String(step)}`)).toEqual(['less3', 'less2', 'less1', 'same0', 'more1', 'more2', 'more3']);
    for (const { side, step, from, to } of classes) {
      const mirror = classes.find((other) => other.step === step && other.side !== side);
      if (side !== 'same') expect([mirror?.from, mirror?.to]).toEqual([from, to]);
    }
    expect(classes.flatMap(({ cells }) => cells).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 's']);
    expect(classes[0]?.cells).toEqual(['f']);
    expect(classes[3]?.cells).toEqual(['s']);
    expect(classes.at(-1)?.cells).toEqual(['c']);
  });

  it('are no classes where there is nothing', () => {
    expect(differenceClasses([])).toEqual([{ side: 'same', step: 0, from: 0, to: 0, cells: [] }]);
  });
});
