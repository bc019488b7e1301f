import type { Hotspot, LiveReport } from './types';

export type Connection = 'connecting' | 'live' | 'interrupted' | 'closed';

export interface StreamListener {
  connection(state: Connection): void;
  report(report: LiveReport): void;
  hotspot(hotspot: Hotspot): void;
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
