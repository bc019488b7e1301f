import { api } from '../api/client';
import type { Body, Partner, Release } from '../api/types';
import { Resource } from './resource.svelte';

/** Who works together, and what is released to whom. */
export class Partnership {
  readonly everything = new Resource<{ partners: readonly Partner[]; bodies: readonly Body[]; releases: readonly Release[] }>();

  load(): void {
    void this.everything.load(async (signal) => {
      const [partners, bodies, releases] = await Promise.all([api.partners(signal), api.bodies(signal), api.releases(signal)]);
      return { partners: partners.items, bodies: bodies.items, releases: releases.items };
    });
  }
}
