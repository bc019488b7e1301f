import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const binary = process.env.LAGEBILD_BIN;
const PATIENCE_MS = 30_000;

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** An installation without the demo's roles, in a folder of its own, with a server. */
export class Installation {
  static async open(auth) {
    assert.ok(binary, 'LAGEBILD_BIN names the program; scripts/with-demo.sh sets it');
    const installation = new Installation();
    installation.folder = mkdtempSync(join(tmpdir(), 'lagebild-'));
    installation.port = await freePort();
    installation.url = `http://127.0.0.1:${installation.port}`;
    const config = `
[server]
listen = "127.0.0.1:${installation.port}"
address = "${installation.url}"
[area]
name = "Musterstadt"
bbox = [7.7, 51.6, 7.9, 51.7]
[[source]]
id = "maengel"
label = "Mängel"
owner = "stadt"
kind = "complaint"
controller = "Stadt Musterstadt"
regime = "dsgvo"
purpose = "Gefahrenabwehr"
legal_basis = "Art. 6 DSGVO"
retention_days = 1000
format = "delimited"
[source.columns]
occurred = "Zeit"
category = "Art"
[source.categories]
"Müll" = "wilder_muell"
${auth}`;
    writeFileSync(join(installation.folder, 'lagebild.toml'), config);
    return installation;
  }

  run(command, input = '') {
    const config = join(this.folder, 'lagebild.toml');
    return execFileSync(binary, [...command, '--config', config], { input, encoding: 'utf8' });
  }

  async serve() {
    this.server = spawn(binary, ['serve', '--config', join(this.folder, 'lagebild.toml')], { stdio: ['ignore', 'ignore', 'inherit'] });
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.ok) return;
      assert.ok(Date.now() < until && this.server.exitCode === null, 'the server becomes ready');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  close() {
    this.server?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
