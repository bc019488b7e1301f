import type { EvaluationWeek } from '../../api/types';

/** Where the lines of a measure's weeks run, in a box of the given size. */
export interface WeekLines {
  treated: string;
  control: string;
  /** From the measure's first day to the week in which it ended. */
  during: { x: number; width: number };
  most: number;
}

export function weekLines(weeks: readonly EvaluationWeek[], first: string, last: string, width: number, height: number): WeekLines | null {
  if (weeks.length < 2) return null;
  const most = Math.max(1, ...weeks.flatMap(({ treated, control }) => [treated, control]));
  const step = width / weeks.length;
  const line = (count: (week: EvaluationWeek) => number): string =>
    weeks
      .map((week, index) => {
        const y = (height - (count(week) / most) * height).toFixed(1);
        return `${index === 0 ? 'M 0' : `L ${(index * step).toFixed(1)}`} ${y} H ${((index + 1) * step).toFixed(1)}`;
      })
      .join(' ');
  const begin = weeks.filter(({ from }) => from < first).length;
  const end = weeks.filter(({ from }) => from <= last).length;
  return {
    treated: line(({ treated }) => treated),
    control: line(({ control }) => control),
    during: { x: begin * step, width: Math.max(0, end - begin) * step },
    most,
  };
}
