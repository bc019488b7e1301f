import { describe, expect, it } from 'vitest';
import { weekLines } from '../src/panels/projects/weeks';

const week = (from: string, treated: number, control: number) => ({ from, treated, control, ring: 0 });
const WEEKS = [week('2026-01-05', 4, 2), week('2026-01-12', 2, 2), week('2026-01-19', 0, 2), week('2026-01-26', 1, 2)];

describe('the lines of a measure’s weeks', () => {
  it('run from the largest count at the top to none at the bottom, and shade the measure’s weeks', () => {
    const lines = weekLines(WEEKS, '2026-01-12', '2026-01-25', 400, 100);
    expect(lines?.treated).toBe('M 0 0.0 H 100.0 L 100.0 50.0 H 200.0 L 200.0 100.0 H 300.0 L 300.0 75.0 H 400.0');
    expect(lines?.control.startsWith('M 0 50.0')).toBe(true);
    expect(lines?.during).toEqual({ x: 100, width: 200 });
    expect(lines?.most).toBe(4);
  });

  it('are not drawn of a single week', () => {
    expect(weekLines(WEEKS.slice(0, 1), '2026-01-05', '2026-01-11', 400, 100)).toBeNull();
  });
});
