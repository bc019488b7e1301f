import { describe, expect, it } from 'vitest';
import { startOf, stepDays, stepped } from '../src/panels/playback';

const span = { from: '2026-01-01', to: '2026-07-01' };

describe('playback', () => {
  it('moves a window of the same length by a part of it', () => {
    expect(stepDays({ from: '2026-01-01', to: '2026-01-29' })).toBe(7);
    expect(stepped({ from: '2026-01-01', to: '2026-01-29' }, 1, span)).toEqual({ from: '2026-01-08', to: '2026-02-05' });
    expect(stepped({ from: '2026-01-08', to: '2026-02-05' }, -1, span)).toEqual({ from: '2026-01-01', to: '2026-01-29' });
  });

  it('reaches the end of the data exactly, and stops there', () => {
    const last = stepped({ from: '2026-05-30', to: '2026-06-27' }, 1, span);
    expect(last).toEqual({ from: '2026-06-03', to: '2026-07-01' });
    expect(stepped({ from: '2026-06-03', to: '2026-07-01' }, 1, span)).toBeNull();
    expect(stepped({ from: '2026-01-01', to: '2026-01-29' }, -1, span)).toBeNull();
  });

  it('begins anew where the window already lies at the end', () => {
    expect(startOf({ from: '2026-06-03', to: '2026-07-01' }, span)).toEqual({ from: '2026-01-01', to: '2026-01-29' });
    expect(startOf({ from: '2026-03-01', to: '2026-03-08' }, span)).toEqual({ from: '2026-03-01', to: '2026-03-08' });
  });
});
