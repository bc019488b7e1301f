import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

const HEADER = 'Meldungsnummer;Beobachtet;Eingang;Kategorie;Status;Ort;Breite;Laenge;Genauigkeit;Text';

/** Six rows of a word that the demo does not know, and one without a time; sent by a program of the city. */
async function send(lagebild, word, number) {
  const row = (id, category, seen) => `${id};${seen};2026-10-05T09:00:00Z;${category};offen;Marktplatz;51.68;7.82;Adresse;Kommode`;
  const rows = [1, 2, 3, 4, 5, 6].map((n) => row(`${number}-${n}`, word, '2026-10-05T08:30:00Z'));
  rows.push(row(`${number}-7`, word, 'bald'));
  const answer = await lagebild.page.request.post(new URL('/api/v1/sources/maengelmelder/reports', lagebild.page.url()).href, {
    headers: { authorization: 'Bearer demo-city', 'content-type': 'text/csv' },
    data: [HEADER, ...rows].join('\n'),
  });
  assert.equal((await answer.json()).quarantined, 7);
}

behaviour('an analyst of the city maps a word, and its rows leave the quarantine', {}, async (lagebild) => {
  const number = `E2E-${Date.now()}`;
  const word = `Sperrgut ${String.fromCharCode(65 + (Date.now() % 26), 65 + (Math.floor(Date.now() / 26) % 26), 65 + (Math.floor(Date.now() / 676) % 26))}`;
  await send(lagebild, word, number);
  await lagebild.signInAs('demo-city');
  await lagebild.at('to-sources').click();
  const line = lagebild.at(`unknown-${word}`);
  await line.locator('select').selectOption('wilder_muell');
  await lagebild.at(`map-${word}`).click();
  await lagebild.at('outcome').getByText('6 Zeilen gelesen').waitFor();
  await line.waitFor({ state: 'detached' });

  await lagebild.at('open-maengelmelder').click();
  const held = lagebild.at('held-row').filter({ hasText: `${number}-7` });
  assert.match(await held.innerText(), /Datum unlesbar/);
  await lagebild.picture('sources');
  await held.getByTestId('discard').click();
  await held.getByTestId('discard-reason').fill('Probe');
  await held.getByTestId('discard-send').click();
  await held.waitFor({ state: 'detached' });
  await lagebild.at('back').click();
  await lagebild.at('dashboard').waitFor();
});
