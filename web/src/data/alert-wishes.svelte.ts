import { alertsApi } from '../api/alerts';
import { Problem } from '../api/problem';
import type { Channel, Delivery, NewBulletin, NewSilence, NewSubscription, Silence, Subscription } from '../api/types';
import { Resource } from './resource.svelte';

/** How one's own organisation wants to be told, what it does not want for a while, and what was sent to it. */
export class AlertWishes {
  readonly silences = new Resource<readonly Silence[]>();
  readonly subscriptions = new Resource<readonly Subscription[]>();
  readonly channels = new Resource<readonly Channel[]>();
  readonly deliveries = new Resource<readonly Delivery[]>();

  loadSilences(): void {
    void this.silences.load(async (signal) => (await alertsApi.silences(signal)).items);
  }

  loadSubscriptions(): void {
    void this.subscriptions.load(async (signal) => (await alertsApi.subscriptions(signal)).items);
    void this.channels.load(async (signal) => (await alertsApi.channels(signal)).items);
  }

  loadDeliveries(): void {
    void this.deliveries.load(async (signal) => (await alertsApi.deliveries(signal)).items);
  }

  silence(wanted: NewSilence): Promise<Problem | null> {
    return step(() => alertsApi.silence(wanted), () => this.loadSilences());
  }

  endSilence(id: string): Promise<Problem | null> {
    return step(() => alertsApi.endSilence(id), () => this.loadSilences());
  }

  subscribe(wanted: NewSubscription): Promise<Problem | null> {
    return step(() => alertsApi.subscribe(wanted), () => this.loadSubscriptions());
  }

  unsubscribe(id: string): Promise<Problem | null> {
    return step(() => alertsApi.unsubscribe(id), () => this.loadSubscriptions());
  }

  replay(id: string): Promise<Problem | null> {
    return step(() => alertsApi.replay(id), () => this.loadDeliveries());
  }

  write(bulletin: NewBulletin): Promise<Problem | null> {
    return step(() => alertsApi.write(bulletin), () => undefined);
  }
}

/** Null when it was done, else what hindered it. */
async function step(take: () => Promise<unknown>, after: () => void): Promise<Problem | null> {
  try {
    await take();
    after();
    return null;
  } catch (reason) {
    return reason instanceof Problem ? reason : new Problem(0, String(reason));
  }
}
