import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { licences } from './build/licences.ts';
import { precompress } from './build/precompress.ts';

const server = process.env.LAGEBILD_URL ?? 'http://127.0.0.1:8311';

export default defineConfig({
  plugins: [svelte(), licences(), precompress()],
  build: {
    target: 'es2022',
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // The map's worker is a module: a plain .js name gives it the right media type on every server.
        assetFileNames: (asset) =>
          asset.names[0]?.endsWith('.mjs') ? 'assets/[name]-[hash].js' : 'assets/[name]-[hash][extname]',
      },
    },
  },
  server: {
    proxy: { '/api': server, '/tiles': server },
  },
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
  },
});
