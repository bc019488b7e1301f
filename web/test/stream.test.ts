import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { follow, type Connection } from '../src/api/stream';

/** A stand-in for the browser's EventSource, driven by the test. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  readyState = 1;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  close = vi.fn();

  say(type: string, data: unknown, lastEventId = ''): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data), lastEventId }));
  }
}

describe('following the server', () => {
  const sources: Source[] = [];
  const heard: unknown[] = [];
  const states: Connection[] = [];
  let end: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('EventSource', Source);
    sources.length = heard.length = states.length = 0;
    end = follow(
      {
        connection: (state) => states.push(state),
        report: ({ id }) => heard.push(['report', id]),
        hotspot: ({ id }) => heard.push(['hotspot', id]),
        alert: ({ id }) => heard.push(['alert', id]),
        revision: (revision) => heard.push(['revision', revision]),
        reload: () => heard.push(['reload']),
      },
      () => {
        const source = new Source();
        sources.push(source);
        return source as unknown as EventSource;
      },
    );
  });
  afterEach(() => {
    end();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('passes on what it hears, and takes the event id as the revision', () => {
    sources[0]?.say('report', { id: 5 }, '61204');
    sources[0]?.say('revision', { revision: 61205 });
    expect(heard).toEqual([['report', 5], ['revision', 61204], ['revision', 61205]]);
  });

  it('asks for everything anew when the server says that it must', () => {
    sources[0]?.say('revision', { revision: 9, reload: true });
    expect(heard).toEqual([['revision', 9], ['reload']]);
  });

  it('says when the connection is lost, and tries again after a refusal', () => {
    const [first] = sources;
    first?.onopen?.();
    Object.assign(first ?? {}, { readyState: Source.CLOSED });
    first?.onerror?.();
    expect(states).toEqual(['connecting', 'live', 'interrupted']);
    vi.advanceTimersByTime(5000);
    expect(sources).toHaveLength(2);
  });

  it('leaves reconnecting to the browser while the browser does it', () => {
    sources[0]?.onerror?.();
    vi.advanceTimersByTime(60_000);
    expect(sources).toHaveLength(1);
  });

  it('falls silent when ended', () => {
    end();
    expect(sources[0]?.close).toHaveBeenCalled();
    expect(states.at(-1)).toBe('closed');
  });
});
