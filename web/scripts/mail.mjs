import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A mail server that keeps what it gets (RFC 5321, what a sender needs of it). */
function mailServer() {
  const mails = [];
  const server = createServer((socket) => {
    let rest = '';
    let isData = false;
    socket.write('220 bild ESMTP\r\n');
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (text) => {
      rest += text;
      for (;;) {
        const end = isData ? '\r\n.\r\n' : '\r\n';
        const at = rest.indexOf(end);
        if (at < 0) return;
        const part = rest.slice(0, at);
        rest = rest.slice(at + end.length);
        if (isData) mails.push(part.replaceAll('\r\n..', '\r\n.'));
        isData = !isData && /^data/i.test(part);
        socket.write(isData ? '354 weiter\r\n' : /^ehlo/i.test(part) ? '250-bild\r\n250 8BITMIME\r\n' : /^quit/i.test(part) ? '221 bis dann\r\n' : '250 ok\r\n');
      }
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve({ server, mails, port: server.address().port })));
}

async function until(what, ask) {
  const end = Date.now() + 240_000;
  while (Date.now() < end) {
    const found = await ask().catch(() => undefined);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`waited in vain for ${what}`);
}

const asked = (base, token, route, options = {}) => fetch(`${base}/api/v1/${route}`, { ...options, headers: { authorization: `Bearer ${token}` } });

/** Runs the program while something is done; ends it then. */
async function beside(command, base, work) {
  const program = spawn(process.env.LAGEBILD_BIN, command, { stdio: 'ignore' });
  try {
    await until('a server', async () => (await fetch(`${base}/readyz`)).ok);
    return await work();
  } finally {
    program.kill();
    await once(program, 'exit');
  }
}

/** The HTML part of the mail that the Bundespolizei gets of the demo's Brennpunkt once a person confirms it. */
export async function mailOfTheDemo() {
  const folder = await mkdtemp(path.join(tmpdir(), 'lagebild-mail-'));
  const { server, mails, port } = await mailServer();
  const own = 20_000 + (process.pid % 20_000);
  const base = `http://127.0.0.1:${String(own)}`;
  const config = path.join(folder, 'lagebild.toml');
  const brennpunkt = async () => {
    const { items } = await (await asked(base, 'demo-police', 'alerts?limit=1000')).json();
    return items.find(({ kind, hotspot, area }) => kind === 'brennpunkt' && hotspot !== null && ['mitte', 'uentrop'].includes(area));
  };
  try {
    const found = await beside(['demo', '--dir', folder, '--port', String(own), '--no-live'], base, () => until('an alert', brennpunkt));
    const toml = (await readFile(config, 'utf8')).replace(/^listen = .*$/m, `listen = "127.0.0.1:${String(own)}"`);
    await writeFile(config, toml);
    await appendFile(
      config,
      `\n[alerts.smtp]\nhost = "127.0.0.1"\nport = ${String(port)}\ntls = "none"\n
[[alerts.mailbox]]\nid = "revier"\norganisation = "bundespolizei"\naddress = "lagebild@bundespolizei.example"\n
[[alerts.subscription]]\nid = "revier"\norganisation = "bundespolizei"\nchannel = "mail:revier"\n`,
    );
    await beside(['serve', '--config', config], base, async () => {
      const body = JSON.stringify({ action: 'confirm' });
      const headers = { authorization: 'Bearer demo-analyst', 'content-type': 'application/json' };
      const answer = await fetch(`${base}/api/v1/hotspots/${found.hotspot}/review`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(await answer.text());
      await until('a mail', () => Promise.resolve(mails.length > 0));
    });
    return read(mails[0]);
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Headers that people see, and the HTML part, decoded (RFC 2045, RFC 2047). */
function read(mail) {
  const quoted = (text) => Buffer.from(text.replaceAll(/=\r?\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString('utf8');
  const words = (text) =>
    text
      .replaceAll(/\r?\n[ \t]+/g, ' ')
      .replaceAll(/\?=\s+=\?/g, '?==?')
      .replaceAll(/=\?utf-8\?(b|q)\?([^?]*)\?=/gi, (_, how, coded) => (/b/i.test(how) ? Buffer.from(coded, 'base64').toString('utf8') : quoted(coded.replaceAll('_', ' '))));
  const [head] = mail.split('\r\n\r\n');
  const header = (name) => words(new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(head)?.[1] ?? '');
  const part = mail.slice(mail.search(/content-type: text\/html/i));
  const [partHead, ...rest] = part.split('\r\n\r\n');
  const coded = rest.join('\r\n\r\n').split(/\r\n--/)[0];
  const how = /content-transfer-encoding: (\S+)/i.exec(partHead)?.[1] ?? '8bit';
  const html = how === 'base64' ? Buffer.from(coded, 'base64').toString('utf8') : how === 'quoted-printable' ? quoted(coded) : coded;
  return { from: header('From'), to: header('To'), subject: header('Subject'), html };
}
