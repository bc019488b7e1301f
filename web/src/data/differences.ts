import type { Cell } from '../api/types';
import { quantileClasses } from '../map/quantiles';

/** What a cell counts in the chosen window and in the one it is compared with. */
export interface Difference {
  h3: string;
  now: number;
  before: number;
}

export type Side = 'less' | 'same' | 'more';

/** A class of changes, both borders included, with the cells that fall into it. `from` and `to` are amounts without sign. */
export interface DifferenceClass {
  side: Side;
  /** 1 is the weakest change of its side; 0 is no change. */
  step: number;
  from: number;
  to: number;
  cells: readonly string[];
}

const STEPS = 3;

/** Every cell that counts something in either window. Cells that are kept back have no difference. */
export function differencesOf(now: readonly Cell[], before: readonly Cell[]): Difference[] {
  const found = new Map<string, Difference>();
  const withheld = new Set([...now, ...before].flatMap((cell) => (typeof cell.count === 'number' ? [] : [cell.h3])));
  const at = (h3: string): Difference => {
    const known = found.get(h3) ?? { h3, now: 0, before: 0 };
    found.set(h3, known);
    return known;
  };
  for (const { h3, count } of now) at(h3).now = count ?? 0;
  for (const { h3, count } of before) at(h3).before = count ?? 0;
  return [...found.values()].filter(({ h3 }) => !withheld.has(h3));
}

export function byCell(differences: readonly Difference[]): ReadonlyMap<string, Difference> {
  return new Map(differences.map((difference) => [difference.h3, difference]));
}

/** Classes with the same borders on both sides of zero, from the greatest fall to the greatest rise. */
export function differenceClasses(differences: readonly Difference[]): DifferenceClass[] {
  const amounts = differences.map(({ now, before }) => Math.abs(now - before));
  const borders = quantileClasses(amounts, STEPS);
  const cellsIn = (side: Side, from: number, to: number): string[] =>
    differences
      .filter(({ now, before }) => {
        const change = now - before;
        const amount = Math.abs(change);
        return (side === 'same' ? change === 0 : side === 'more' ? change > 0 : change < 0) && amount >= from && amount <= to;
      })
      .map(({ h3 }) => h3);
  const sided = (side: Side): DifferenceClass[] =>
    borders.map(({ from, to }, index) => ({ side, step: index + 1, from, to, cells: cellsIn(side, from, to) }));
  const same: DifferenceClass = { side: 'same', step: 0, from: 0, to: 0, cells: cellsIn('same', 0, 0) };
  return [...sided('less').reverse(), same, ...sided('more')];
}
