import { describe, expect, it } from 'vitest';
import { mondayOf, weeksOf } from '../src/weeks';

/** 9 November 2026 is the Monday of 2026-W46. */
describe('published weeks', () => {
  it('finds the Monday of a week', () => {
    expect(mondayOf('2026-11-09')).toBe('2026-11-09');
    expect(mondayOf('2026-11-15')).toBe('2026-11-09');
    expect(mondayOf('2026-01-01')).toBe('2025-12-29');
  });

  const mondays = ['2026-10-05', '2026-10-12', '2026-10-19', '2026-10-26', '2026-11-02', '2026-11-09'];

  it('means the newest published weeks by a preset, and no more than there are', () => {
    expect(weeksOf({ preset: '28' }, mondays)).toEqual({ from: '2026-10-19', to: '2026-11-16' });
    expect(weeksOf({ preset: '7' }, mondays)).toEqual({ from: '2026-11-09', to: '2026-11-16' });
    expect(weeksOf({ preset: '365' }, mondays)).toEqual({ from: '2026-10-05', to: '2026-11-16' });
    expect(weeksOf({ preset: 'all' }, mondays)).toEqual({ from: '2026-10-05', to: '2026-11-16' });
  });

  it('widens days to the weeks they lie in', () => {
    expect(weeksOf({ from: '2026-10-14', to: '2026-10-21' }, mondays)).toEqual({ from: '2026-10-12', to: '2026-10-26' });
    expect(weeksOf({ from: '2026-10-12', to: '2026-10-19' }, mondays)).toEqual({ from: '2026-10-12', to: '2026-10-19' });
  });

  it('means nothing before the first publication', () => {
    expect(weeksOf({ preset: 'all' }, [])).toBeNull();
  });
});
