import type { AlertItem, Hotspot, LiveReport } from './types';

export type Connection = 'connecting' | 'live' | 'interrupted' | 'closed';

export interface StreamListener {
  connection(state: Connection): void;
  report(report: LiveReport): void;
  hotspot(hotspot: Hotspot): void;
  /** One's own organisation was told something, or somebody answered. */
  alert(alert: AlertItem): void;
  revision(revision: number): void;
  /** The server can no longer tell what was missed: everything is to be asked anew. */
  reload(): void;
}

const RETRY_MS = 5000;

/**
 * Follows the server's events until the returned function is called. The browser itself resumes after a lost
 * connection (with `Last-Event-ID`); it does not after a refusal, so that case is retried here.
 */
export function follow(listener: StreamListener, open = () => new EventSource('/api/v1/stream')): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  function connect(): void {
    listener.connection('connecting');
    source = open();
    source.onopen = () => listener.connection('live');
    source.onerror = () => {
      if (ended) return;
      listener.connection('interrupted');
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(connect, RETRY_MS);
    };
    source.addEventListener('report', (event) => hear(event, listener.report));
    source.addEventListener('hotspot', (event) => hear(event, listener.hotspot));
    source.addEventListener('alert', (event) => hear(event, listener.alert));
    source.addEventListener('revision', (event) =>
      hear<{ revision: number; reload?: boolean }>(event, ({ revision, reload }) => {
        listener.revision(revision);
        if (reload) listener.reload();
      }),
    );
  }

  function hear<T>(event: MessageEvent<string>, tell: (data: T) => void): void {
    tell(JSON.parse(event.data) as T);
    const revision = Number(event.lastEventId);
    if (revision > 0) listener.revision(revision);
  }

  connect();
  return () => {
    ended = true;
    clearTimeout(retry);
    source?.close();
    listener.connection('closed');
  };
}

const listeners = new Set<Partial<StreamListener>>();
let end: (() => void) | null = null;
let now: Connection = 'closed';

/** Hears the one stream of the page, which stays open as long as anybody listens. */
export function listen(listener: Partial<StreamListener>): () => void {
  listeners.add(listener);
  end ??= follow({
    connection: (state) => {
      now = state;
      for (const each of listeners) each.connection?.(state);
    },
    report: (report) => listeners.forEach((each) => each.report?.(report)),
    hotspot: (hotspot) => listeners.forEach((each) => each.hotspot?.(hotspot)),
    alert: (alert) => listeners.forEach((each) => each.alert?.(alert)),
    revision: (revision) => listeners.forEach((each) => each.revision?.(revision)),
    reload: () => listeners.forEach((each) => each.reload?.()),
  });
  listener.connection?.(now);
  return () => {
    listeners.delete(listener);
    listener.connection?.('closed');
    if (listeners.size > 0) return;
    end?.();
    end = null;
    now = 'closed';
  };
}
