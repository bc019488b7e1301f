import type { StyleSpecification } from '@maplibre/maplibre-gl-style-spec';
import { api } from '../api/client';
import type { Basemap } from '../api/types';

/** What lies under the data: our schematic base, or the operator's own style. */
export interface Base {
  basemap: Basemap;
  style: StyleSpecification | null;
}

export async function loadBase(): Promise<Base> {
  const basemap = await api.basemap();
  return { basemap, style: basemap.style ? await foreignStyle(basemap.style) : null };
}

async function foreignStyle(url: string): Promise<StyleSpecification | null> {
  const response = await fetch(url);
  return response.ok ? ((await response.json()) as StyleSpecification) : null;
}
