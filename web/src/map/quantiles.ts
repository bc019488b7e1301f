/** A class of counts, both borders included, and how many cells fall into it. */
export interface CountClass {
  from: number;
  to: number;
  cells: number;
}

export const CLASS_COUNT = 5;

/**
 * Up to five classes with about equally many cells each. A count belongs to one class only, so ties make classes
 * uneven, and few distinct counts make fewer classes.
 */
export function quantileClasses(counts: readonly number[], classes = CLASS_COUNT): CountClass[] {
  const sorted = counts.filter((count) => count > 0).sort((a, b) => a - b);
  const result: CountClass[] = [];
  let start = 0;
  while (start < sorted.length) {
    const remaining = Math.max(1, classes - result.length);
    const aim = start + Math.max(1, Math.round((sorted.length - start) / remaining));
    const end = remaining === 1 ? sorted.length : endOfTies(sorted, aim);
    const from = sorted[start] ?? 0;
    const to = sorted[end - 1] ?? from;
    result.push({ from, to, cells: end - start });
    start = end;
  }
  return result;
}

function endOfTies(sorted: readonly number[], aim: number): number {
  let end = Math.min(aim, sorted.length);
  while (end < sorted.length && sorted[end] === sorted[end - 1]) end += 1;
  return end;
}

/** With fewer classes than colours the strong colours are kept: the highest class is always the darkest. */
export function coloursFor<T>(classes: readonly CountClass[], ramp: readonly T[]): T[] {
  const last = ramp.length - 1;
  return classes.map((_, index) => {
    const step = classes.length === 1 ? Math.floor(last / 2) : Math.round((index * last) / (classes.length - 1));
    return ramp[step] as T;
  });
}
