import { describe, expect, it } from 'vitest';
import { de } from '../src/text/de';
import { en } from '../src/text/en';

const { format } = de;

describe('numbers and dates', () => {
  it('are written the German way', () => {
    expect(format.integer(61204)).toBe('61.204');
    expect(format.decimal(5.23)).toBe('5,2');
    expect(format.signed(-3)).toBe('−3');
    expect(format.dateTime('2026-11-22T13:32:00Z')).toBe('22.11.2026, 14:32');
    expect(format.pValue(0.00034)).toBe('0,00034');
    expect(format.pValue(0.00000001)).toBe('unter 0,0001');
    expect(format.weekdayShort(1)).toBe('Mo');
    expect(format.weekday(7)).toBe('Sonntag');
  });

  it('are written the English way in English', () => {
    expect(en.format.integer(61204)).toBe('61,204');
    expect(en.format.dateTime('2026-11-22T13:32:00Z')).toBe('22/11/2026, 14:32');
    expect(en.format.parseDay(en.format.day('2026-11-01'))).toBe('2026-11-01');
    expect(en.format.weekdayShort(1)).toBe('Mon');
  });

  it('groups a revision by spaces: it is a name, not a quantity', () => {
    expect(format.revision(61204)).toBe('61\u202f204');
    expect(format.revision(7)).toBe('7');
  });

  it('writes a window with its last day, not with the exclusive end', () => {
    expect(format.days('2026-10-18', '2026-11-09')).toBe('18.10.–08.11.2026');
    expect(format.days('2025-12-20', '2026-01-11')).toBe('20.12.2025–10.01.2026');
    expect(format.days('2026-10-18', '2026-10-19')).toBe('18.10.2026');
    expect(format.daysShort('2026-10-17T22:00:00Z', '2026-11-08T23:00:00Z')).toBe('18.10.–08.11.');
  });

  it('says when something happened as exactly as it is known', () => {
    expect(format.occurred('2026-11-22T13:32:00Z', '2026-11-22T13:32:00Z')).toBe('22.11.2026, 14:32');
    expect(format.occurred('2026-11-22T13:00:00Z', '2026-11-22T15:00:00Z')).toBe('22.11.2026, 14:00–16:00');
    expect(format.occurred('2026-11-21T23:00:00Z', '2026-11-22T23:00:00Z')).toBe('22.11.2026');
    expect(format.occurred('2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z')).toBe('01.10.–31.10.2026');
  });

  it.each([
    ['1.11.2026', '2026-11-01'],
    ['01.11.26', '2026-11-01'],
    ['31.2.2026', null],
    ['2026-11-01', null],
    ['', null],
  ])('reads a date as it is written here: %s', (written, day) => {
    expect(format.parseDay(written)).toBe(day);
  });
});

describe('sentences', () => {
  it('say what was seen and what was to be expected', () => {
    expect(de.hotspots.summary(14, 5.2, '2026-10-17T22:00:00Z', '2026-11-08T23:00:00Z')).toBe(
      '14 Meldungen, erwartet 5,2 (18.10.–08.11.)',
    );
    expect(de.hotspots.mapLabel('Bahnhofsvorplatz', 19, 5.2, 21)).toBe('Bahnhofsvorplatz +14 in 3 Wochen');
  });

  it('put chance into words', () => {
    expect(de.hotspots.recurrence(1120, false)).toBe('So auffällig etwa einmal in 3,1 Jahren durch Zufall.');
    expect(de.hotspots.recurrence(30, false)).toBe('So auffällig etwa einmal in 4 Wochen durch Zufall.');
    expect(de.hotspots.recurrence(1000, true)).toBe('So auffällig seltener als einmal in 2,7 Jahren durch Zufall.');
    expect(de.hotspots.recurrence(365_000, true)).toBe('So auffällig seltener als einmal in 100 Jahren durch Zufall.');
  });

  it('know one from many', () => {
    expect(de.live.pill(1)).toBe('1 neue Meldung');
    expect(de.live.pill(3)).toBe('3 neue Meldungen');
    expect(de.figures.change(10, 0)).toBe('zuvor keine');
    expect(de.figures.change(90, 100)).toBe('−10\u00a0% (zuvor 100)');
  });

  it('raise no alarm: no exclamation mark in any sentence', () => {
    const said = JSON.stringify(de, (_, value: unknown) => (typeof value === 'function' ? undefined : value));
    expect(said).not.toMatch(/!/);
    expect(said).not.toMatch(/\p{Extended_Pictographic}/u);
  });
});
