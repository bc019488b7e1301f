import { addDays, daysBetween } from '../days';
import type { Window } from '../query';

/** How far one step of the playback goes: a part of the window, so that neighbouring pictures overlap. */
export function stepDays(window: Window): number {
  const length = daysBetween(window.from, window.to);
  if (length <= 3) return 1;
  if (length <= 10) return 2;
  if (length <= 45) return 7;
  return length <= 120 ? 28 : 91;
}

/** The window a step on, of the same length, or null where the data end. The last step reaches the very end. */
export function stepped(window: Window, direction: 1 | -1, span: Window): Window | null {
  const length = daysBetween(window.from, window.to);
  const room = direction === 1 ? daysBetween(window.to, span.to) : daysBetween(span.from, window.from);
  if (room <= 0 || length > daysBetween(span.from, span.to)) return null;
  const by = direction * Math.min(stepDays(window), room);
  return { from: addDays(window.from, by), to: addDays(window.to, by) };
}

/** Where the playback begins: at the window, or at the data's beginning when the window already lies at their end. */
export function startOf(window: Window, span: Window): Window {
  if (window.to < span.to) return window;
  return { from: span.from, to: addDays(span.from, daysBetween(window.from, window.to)) };
}
