import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atMostEvery } from '../src/data/pace';

describe('a paced action', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('runs at once, then no more often than its interval, and never forgets the last call', () => {
    const action = vi.fn();
    const paced = atMostEvery(1000, action);
    paced();
    paced();
    paced();
    expect(action).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(action).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(5000);
    expect(action).toHaveBeenCalledTimes(2);
    paced();
    expect(action).toHaveBeenCalledTimes(3);
  });

  it('is silent once stopped', () => {
    const action = vi.fn();
    const paced = atMostEvery(1000, action);
    paced();
    paced();
    paced.stop();
    vi.advanceTimersByTime(5000);
    expect(action).toHaveBeenCalledTimes(1);
  });
});
