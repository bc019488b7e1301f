import type { Area, WeeklyLayer } from '../api/types';
import { isInside, middleOf } from '../geometry';

/** How many places share a word, the commonest first. */
export function placesByWord(places: readonly { word: string }[]): [string, number][] {
  return counted(places.map(({ word }) => word));
}

/** How many places lie in each district, the most first; what lies in none is under `null`. */
export function placesByDistrict(places: WeeklyLayer['places'], areas: readonly Area[]): [string | null, number][] {
  const districts = areas.filter(({ kind }) => kind === 'district');
  return counted(places.map(({ geometry }) => districts.find((district) => isInside(middleOf(geometry), district.geometry))?.name ?? null));
}

function counted<T>(values: readonly T[]): [T, number][] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** Places that are new, grow, stay, or go back: what a trend layer's words come down to. */
type Course = 'new' | 'up' | 'level' | 'down' | 'over';

const COURSE: Readonly<Record<string, Course>> = {
  'neu in der letzten Woche': 'new',
  'seit mehreren Wochen': 'new',
  'hoch und zunehmend': 'up',
  'hoch und gleichbleibend': 'level',
  'hoch und abnehmend': 'down',
  'früher hoch': 'over',
};

/** The course that a word of the server tells of; of a word not known here it is that all stays as it is. */
export function courseOf(word: string): Course {
  return COURSE[word] ?? 'level';
}
