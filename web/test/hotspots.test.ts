import { describe, expect, it } from 'vitest';
import type { Hotspot, HotspotState } from '../src/api/types';
import { inOrderOfUrgency, neighbour, seenIn } from '../src/data/hotspots';
import { sizeOf, strength } from '../src/map/layers/hotspots';

function hotspot(id: string, state: HotspotState, recurrence_interval_days: number): Hotspot {
  return { id, state, recurrence_interval_days, observed: 10, expected: 5 } as Hotspot;
}

describe('hotspots in a window', () => {
  const found = { ...hotspot('a', 'closed', 30), first_seen: '2026-03-05T23:30:00Z', last_seen: '2026-04-01T10:00:00Z' };

  it('are those found by its end and still seen in it', () => {
    expect(seenIn([found], '2026-03-01', '2026-03-07')).toEqual([found]);
    expect(seenIn([found], '2026-04-01', '2026-04-02')).toEqual([found]);
    expect(seenIn([found], '2026-04-02', '2026-05-01')).toEqual([]);
  });

  it('have days as the city reckons them', () => {
    expect(seenIn([found], '2026-03-01', '2026-03-06')).toEqual([]);
  });
});

describe('the inbox', () => {
  const list = inOrderOfUrgency([
    hotspot('old', 'closed', 9999),
    hotspot('long', 'persistent', 800),
    hotspot('weak', 'emerging', 30),
    hotspot('strong', 'emerging', 400),
  ]);

  it('begins with what is new, and there with what chance explains least', () => {
    expect(list.map(({ id }) => id)).toEqual(['strong', 'weak', 'long', 'old']);
  });

  it('is walked to its ends and no further', () => {
    expect(neighbour(list, null, 1)?.id).toBe('strong');
    expect(neighbour(list, 'strong', 1)?.id).toBe('weak');
    expect(neighbour(list, 'strong', -1)?.id).toBe('strong');
    expect(neighbour(list, null, -1)?.id).toBe('old');
    expect(neighbour([], null, 1)).toBeNull();
  });
});

describe('the strength of a hotspot', () => {
  it('lies between 0 and 1 and grows with the excess', () => {
    expect(strength(5, 5)).toBe(0);
    expect(strength(2, 5)).toBe(0);
    expect(strength(10, 5)).toBeCloseTo(1 / 3);
    expect(strength(500, 5)).toBe(1);
    expect(strength(3, 0)).toBe(1);
  });
});

describe('the size of a hotspot', () => {
  it('decides from how far its outline can be made out', () => {
    expect([150, 500, 2000].map(sizeOf)).toEqual(['small', 'middle', 'large']);
  });
});
