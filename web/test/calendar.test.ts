import { describe, expect, it } from 'vitest';
import { addDays } from '../src/days';
import { busiestDay, calendarOf, monthStarts } from '../src/panels/charts/calendar';

/** 800 days up to and with 22 November 2026, a Sunday; each counts its day of the month. */
const days = Array.from({ length: 800 }, (_, index) => {
  const day = addDays('2026-11-22', index - 799);
  return { day, complaint: Number(day.slice(8)), incident: 0, perception: 0 };
});

describe('the calendar', () => {
  it('shows the year that ends with the window, weeks from Monday', () => {
    const { weeks } = calendarOf(days, { from: '2026-10-26', to: '2026-11-23' });
    expect(weeks).toHaveLength(53);
    expect(weeks.every((week) => week.length === 7 && week[0]?.weekday === 1)).toBe(true);
    expect(weeks.at(-1)?.at(-1)?.day).toBe('2026-11-22');
  });

  it('ends in the middle of a week where the window does', () => {
    const { weeks } = calendarOf(days, { from: '2026-10-01', to: '2026-10-08' });
    expect(weeks.at(-1)?.map(({ day }) => day)).toEqual(['2026-10-05', '2026-10-06', '2026-10-07']);
  });

  it('begins where the data begin', () => {
    const { weeks } = calendarOf(days.slice(-10), { from: '2026-11-20', to: '2026-11-23' });
    expect(weeks.map((week) => week.length)).toEqual([3, 7]);
  });

  it('knows the busiest day and when months begin', () => {
    const calendar = calendarOf(days, { from: '2026-10-26', to: '2026-11-23' });
    expect(busiestDay(calendar)?.count).toBe(31);
    expect(busiestDay(calendar)?.step).toBe(5);
    expect(monthStarts(calendar).at(-1)).toEqual({ week: 49, day: '2026-11-01' });
    expect(busiestDay(calendarOf([], { from: '2026-10-26', to: '2026-11-23' }))).toBeNull();
  });
});
