import { quantileClasses } from '../../map/quantiles';

export interface Hour {
  /** 1 is Monday. */
  weekday: number;
  hour: number;
  count: number;
  /** The step of the scale, 0 for none to 5 for most. */
  step: number;
}

/** The 168 hours of a week, Monday 0 h first, with their step on a scale of five classes. */
export function hoursOfWeek(counts: readonly number[]): Hour[] {
  const classes = quantileClasses(counts);
  const offset = 5 - classes.length;
  return counts.map((count, index) => {
    const at = classes.findIndex(({ to }) => count <= to);
    return {
      weekday: Math.floor(index / 24) + 1,
      hour: index % 24,
      count,
      step: count <= 0 ? 0 : offset + (at < 0 ? classes.length : at + 1),
    };
  });
}

export function busiest(hours: readonly Hour[]): Hour | null {
  return hours.reduce<Hour | null>((best, hour) => (hour.count > (best?.count ?? 0) ? hour : best), null);
}
