import { describe, expect, it } from 'vitest';
import { binsOf, dayScale, ghostOf, monthTicks, shift, unitFor, windowBetween } from '../src/panels/timeline';

const span = { from: '2026-01-01', to: '2027-01-01' };

describe('the time strip', () => {
  it('takes the finest unit that can still be told apart', () => {
    expect(unitFor(28, 700)).toBe('day');
    expect(unitFor(730, 700)).toBe('week');
    expect(unitFor(7300, 700)).toBe('month');
  });

  it('loses no report in its bins', () => {
    const days = Array.from({ length: 20 }, (_, index) => ({
      day: `2026-11-${String(index + 1).padStart(2, '0')}`,
      complaint: 1,
      incident: 0.5,
      perception: 0,
    }));
    const weeks = binsOf(days, 'week');
    expect(weeks.map(({ from }) => from)).toEqual(['2026-11-01', '2026-11-02', '2026-11-09', '2026-11-16']);
    expect(weeks.reduce((sum, { total }) => sum + total, 0)).toBeCloseTo(30);
    expect(weeks.at(-1)?.to).toBe('2026-11-21');
  });

  it('lays the same days of the year before over each bin, where there are all of them', () => {
    const day = (day: string, complaint: number) => ({ day, complaint, incident: 0, perception: 0 });
    const days = [day('2025-03-02', 3), day('2025-03-03', 4), day('2026-03-01', 1), day('2026-03-02', 1), day('2026-03-03', 1)];
    expect(ghostOf(days, binsOf(days, 'day'))).toEqual([null, null, null, 3, 4]);
    expect(ghostOf(days, binsOf(days.slice(3), 'month'))).toEqual([7]);
  });

  it('maps days to pixels and back', () => {
    const scale = dayScale(span, 730);
    expect(scale.day(scale.x('2026-07-01'))).toBe('2026-07-01');
    expect(scale.day(-20)).toBe('2026-01-01');
    expect(scale.day(9999)).toBe('2027-01-01');
  });

  it('thins its months so that they have room', () => {
    expect(monthTicks(span, 1200)).toHaveLength(12);
    expect(monthTicks(span, 240)).toEqual(['2026-01-01', '2026-04-01', '2026-07-01', '2026-10-01']);
  });

  it('keeps the window within the data and at least a day long', () => {
    const window = { from: '2026-12-20', to: '2027-01-01' };
    expect(shift(window, 'both', 5, span)).toEqual(window);
    expect(shift(window, 'both', -1, span)).toEqual({ from: '2026-12-19', to: '2026-12-31' });
    expect(shift(window, 'from', 99, span)).toEqual({ from: '2026-12-31', to: '2027-01-01' });
    expect(shift(window, 'to', -99, span)).toEqual({ from: '2026-12-20', to: '2026-12-21' });
    expect(windowBetween('2026-05-02', '2026-05-01')).toEqual({ from: '2026-05-01', to: '2026-05-02' });
    expect(windowBetween('2026-05-02', '2026-05-02')).toEqual({ from: '2026-05-02', to: '2026-05-03' });
  });
});
