import { describe, expect, it } from 'vitest';
import { coloursFor, quantileClasses } from '../src/map/quantiles';

describe('quantile classes', () => {
  it('hold about equally many cells', () => {
    const classes = quantileClasses(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(classes.map(({ cells }) => cells)).toEqual([20, 20, 20, 20, 20]);
    expect(classes[0]).toMatchObject({ from: 1, to: 20 });
    expect(classes[4]).toMatchObject({ from: 81, to: 100 });
  });

  it('never put one count into two classes, and count every cell once', () => {
    const counts = [1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 9, 9, 40];
    const classes = quantileClasses(counts);
    for (const [index, { from }] of classes.entries()) {
      expect(from).toBeGreaterThan(classes[index - 1]?.to ?? 0);
    }
    expect(classes.reduce((sum, { cells }) => sum + cells, 0)).toBe(counts.length);
  });

  it('are fewer where there are few distinct counts, and none where there is nothing', () => {
    expect(quantileClasses([3, 3, 3])).toEqual([{ from: 3, to: 3, cells: 3 }]);
    expect(quantileClasses([0, 0])).toEqual([]);
    expect(quantileClasses([])).toEqual([]);
  });

  it('keep the strongest colour for the highest class', () => {
    const ramp = ['a', 'b', 'c', 'd', 'e'];
    expect(coloursFor(quantileClasses([1, 2]), ramp)).toEqual(['a', 'e']);
    expect(coloursFor(quantileClasses([1]), ramp)).toEqual(['c']);
    expect(coloursFor(quantileClasses([1, 2, 3, 4, 5]), ramp)).toEqual(ramp);
  });
});
