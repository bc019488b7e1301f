import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const SHIPPED = [
  { name: 'source-sans-3-OFL.txt', path: 'node_modules/@fontsource-variable/source-sans-3/LICENSE' },
  { name: 'maplibre-gl.txt', path: 'node_modules/maplibre-gl/LICENSE.txt' },
  { name: 'svelte.txt', path: 'node_modules/svelte/LICENSE.md' },
];

/** Ships the licence texts of what the bundle contains. */
export function licences(): Plugin {
  return {
    name: 'lagebild-licences',
    apply: 'build',
    generateBundle() {
      for (const { name, path } of SHIPPED) {
        this.emitFile({ type: 'asset', fileName: `licences/${name}`, source: readFileSync(path, 'utf8') });
      }
    },
  };
}
