import type { AuditAction, Briefing, Hotspot, HotspotKind, HotspotState, Kind, Partner, Precision, Status } from '../api/types';
import type { ProblemKind } from '../api/problem';
import type { Connection } from '../api/stream';
import type { Compare, Dimension, LayerId, Panel, Preset, Surface } from '../state';
import type { Side } from '../data/differences';
import { addDays } from '../days';
import { formatIn } from './format';

const format = formatIn({ locale: 'de-DE', under: 'unter', until: 'bis', clock: ' Uhr' });

const KIND: Record<Kind, { one: string; many: string }> = {
  complaint: { one: 'Beschwerde', many: 'Beschwerden' },
  incident: { one: 'Vorfall', many: 'Vorfälle' },
  perception: { one: 'Wahrnehmung', many: 'Wahrnehmungen' },
};

const KIND_MEANING: Record<Kind, string> = {
  complaint: 'Anliegen von Bürgerinnen und Bürgern an die Stadt',
  incident: 'polizeilich erfasster Vorgang',
  perception: 'Aussage darüber, wie sicher sich Menschen fühlen',
};

const HOTSPOT_KIND: Record<HotspotKind, { label: string; meaning: string }> = {
  beschwerdehotspot: {
    label: 'Beschwerdehotspot',
    meaning: 'Beschwerden häufen sich stärker, als die Vergangenheit erklärt.',
  },
  brennpunkt: { label: 'Brennpunkt', meaning: 'Erfasste Vorfälle häufen sich.' },
  angstraum: {
    label: 'Angstraum',
    meaning: 'Ein Ort, an dem sich Menschen unsicher fühlen. Das ist eine Aussage über die Wahrnehmung, nicht über Straftaten.',
  },
  unfallhaeufung: { label: 'Unfallhäufung', meaning: 'Unfälle häufen sich.' },
};

const HOTSPOT_STATE: Record<HotspotState, { label: string; meaning: string }> = {
  emerging: { label: 'neu auffällig', meaning: 'unter der jüngeren Vergangenheit unwahrscheinlich' },
  confirmed: { label: 'bestätigt', meaning: 'von einer Person geprüft' },
  persistent: { label: 'anhaltend', meaning: 'seit langem erhöht' },
  cooling: { label: 'abklingend', meaning: 'geht zurück' },
  closed: { label: 'abgeschlossen', meaning: 'nicht mehr auffällig' },
  dismissed: { label: 'verworfen', meaning: 'geprüft und nicht weiter verfolgt' },
};

const STATUS: Record<Status, string> = {
  open: 'offen',
  in_progress: 'in Bearbeitung',
  closed: 'abgeschlossen',
  rejected: 'abgelehnt',
};

const OWNER: Readonly<Record<string, string>> = { stadt: 'Stadt', polizei: 'Polizei' };

const PRECISION: Record<Precision, string> = {
  point: 'genauer Ort',
  street: 'Straße',
  cell: 'Rasterzelle',
  area: 'Gebiet',
  none: 'ohne Ort',
};

const PRESET: Record<Preset, string> = {
  '7': '7 Tage',
  '28': '28 Tage',
  '90': '90 Tage',
  '365': '1 Jahr',
  all: 'alles',
};

const UNIT: Record<'day' | 'week' | 'month' | 'year', { one: string; many: string }> = {
  day: { one: 'einem Tag', many: 'Tagen' },
  week: { one: 'einer Woche', many: 'Wochen' },
  month: { one: 'einem Monat', many: 'Monaten' },
  year: { one: 'einem Jahr', many: 'Jahren' },
};

/** `3 Wochen`, in the dative that "in" asks for. */
function inDays(count: number): string {
  const span = format.spanOfDays(count);
  return span.count === 1 ? UNIT[span.unit].one : `${format.decimal(span.count)} ${UNIT[span.unit].many}`;
}

function plural(count: number, one: string, many: string): string {
  return `${format.integer(count)} ${count === 1 ? one : many}`;
}

function change(now: number, before: number): string {
  if (before === 0) return now === 0 ? 'unverändert' : 'zuvor keine';
  return `${format.change((now - before) / before)} (zuvor ${format.integer(before)})`;
}

const HUNDRED_YEARS = 36_525;

export const de = {
  format,
  plural,
  inDays,

  product: 'Lagebild',
  productOf: (city: string) => `Lagebild ${city}`,
  skipToMap: 'Zur Karte',
  skipToPanel: 'Zu Hotspots, Zahlen und Tabelle',

  demo: {
    label: 'Hinweis zu den Daten',
    short: 'Demo: erfundene Daten',
    long: 'Alle Meldungen, Straßen und Grenzen sind erfunden.',
  },

  signIn: {
    title: 'Anmelden',
    demoLead: 'Wählen Sie, mit wessen Augen Sie das Lagebild sehen möchten.',
    demoNote: 'Jede Rolle sieht nur, was für sie freigegeben ist.',
    userLabel: 'Benutzername',
    passwordLabel: 'Passwort',
    codeLabel: 'Code',
    codeHint: 'Sechs Ziffern aus Ihrer Authenticator-App.',
    withProvider: (provider: string) => `Mit ${provider} anmelden`,
    withToken: 'Mit Zugangstoken anmelden',
    wrongPassword: 'Name oder Passwort stimmt nicht.',
    wrongCode: 'Dieser Code stimmt nicht oder wurde schon benutzt. Bitte warten Sie auf den nächsten.',
    wait: (seconds: number) => `Zu viele Versuche. Bitte versuchen Sie es in ${format.integer(seconds)} ${seconds === 1 ? 'Sekunde' : 'Sekunden'} noch einmal.`,
    tokenLabel: 'Zugangstoken',
    tokenHint: 'Das Token erhalten Sie von der Administration Ihrer Dienststelle.',
    submit: 'Anmelden',
    wrong: 'Dieses Token ist nicht gültig. Bitte prüfen Sie die Eingabe oder wenden Sie sich an die Administration.',
    purpose: 'Das gemeinsame Lagebild von Stadt und Polizei: Orte, nicht Personen.',
    working: 'Anmeldung läuft',
    asRole: (label: string) => `Als ${label} anmelden`,
  },

  top: {
    asOf: (instant: string) => `Stand ${format.dateTime(instant)}`,
    revision: (value: number) => `Revision ${format.revision(value)}`,
    signOut: 'Abmelden',
    theme: 'Farbschema',
    themes: { light: 'Hell', dark: 'Dunkel', auto: 'Automatisch' },
    themeNow: (name: string) => `Farbschema: ${name}`,
    help: 'Tastenkürzel',
    menu: 'Menü',
    pages: 'Seiten',
    /** In the other language: whoever needs it cannot read this one. */
    otherLanguage: 'EN: Show the page in English',
  },

  connection: {
    connecting: 'verbindet',
    live: 'live',
    interrupted: 'unterbrochen',
    closed: 'nicht verbunden',
  } satisfies Record<Connection, string>,
  connectionMeaning: {
    connecting: 'Die Verbindung für neue Meldungen wird aufgebaut.',
    live: 'Neue Meldungen erscheinen von selbst.',
    interrupted: 'Die Verbindung ist unterbrochen. Sie sehen den letzten Stand; neue Meldungen folgen, sobald die Verbindung wieder steht.',
    closed: 'Es werden keine neuen Meldungen empfangen.',
  } satisfies Record<Connection, string>,

  search: {
    label: 'Ort suchen',
    placeholder: 'Ort suchen',
    nothing: 'Kein Ort mit diesem Namen.',
    results: (count: number) => plural(count, 'Ort gefunden', 'Orte gefunden'),
    kinds: { place: 'Ort', area: 'Stadtbezirk', hotspot: 'Hotspot', road: 'Straße' },
  },

  filters: {
    title: 'Filter',
    collapse: 'Filter einklappen',
    expand: 'Filter ausklappen',
    close: 'Fertig',
    open: 'Filter',
    reset: 'Zurücksetzen',
    active: 'Aktive Filter',
    remove: (what: string) => `Filter entfernen: ${what}`,
    period: 'Zeitraum',
    presets: PRESET,
    presetFull: (preset: Preset) => (preset === 'all' ? 'Alle Daten' : `Letzte ${PRESET[preset]}`.replace('1 Jahr', '12 Monate')),
    custom: 'Eigener Zeitraum',
    from: 'von',
    to: 'bis',
    apply: 'Übernehmen',
    backwards: 'Der Beginn liegt nach dem Ende.',
    datePattern: 'TT.MM.JJJJ',
    noDate: 'Bitte ein Datum wie 01.11.2026 eingeben.',
    what: 'Was',
    when: 'Wann',
    where: 'Wo',
    dimension: {
      kind: 'Art',
      prevention: 'Präventionsfeld',
      theme: 'Handlungsfeld',
      category: 'Kategorie',
      weekday: 'Wochentag',
      area: 'Stadtbezirk',
      source: 'Quelle',
      status: 'Status',
    } satisfies Record<Dimension, string>,
    all: 'alle',
    chosen: (count: number) => `${format.integer(count)} gewählt`,
    hours: 'Uhrzeit',
    hoursFrom: 'von Stunde',
    hoursTo: 'bis Stunde',
    anyHour: 'ganztags',
    hoursChip: (from: number, to: number) => `${String(from)}–${String((to + 1) % 24 || 24)} Uhr`,
    hourOption: (hour: number) => `${String(hour)} Uhr`,
    hourPresets: [
      { label: 'Tag 6–18', from: 6, to: 17 },
      { label: 'Abend 18–22', from: 18, to: 21 },
      { label: 'Nacht 22–6', from: 22, to: 5 },
    ],
    control: 'aus Kontrollen',
    box: 'Gezeichnetes Gebiet',
    drawBox: 'Rechteck zeichnen',
    boxFromView: 'Ausschnitt nehmen',
    boxSize: (width_m: number, height_m: number) => `${format.distance(width_m)} breit, ${format.distance(height_m)} hoch`,
    boxChip: (width_m: number, height_m: number) => `Gezeichnet: ${format.distance(width_m)} × ${format.distance(height_m)}`,
    removeBox: 'Gebiet entfernen',
  },

  map: {
    label: 'Karte des Lagebilds. Dieselben Meldungen stehen in der Tabelle.',
    loading: 'Karte wird aufgebaut',
    layers: 'Ebenen',
    layer: {
      cells: 'Zählung in der Fläche',
      reports: 'Einzelne Meldungen',
      hotspots: 'Hotspots',
      areas: 'Stadtbezirke',
    } satisfies Record<LayerId, string>,
    surface: {
      counts: 'Anzahl je Zelle',
      density: 'Dichte, geglättet',
      difference: 'Veränderung',
    } satisfies Record<Surface, string>,
    weekly: 'wöchentlich gerechnet, ohne Filter',
    layerNote: { reports: 'ab Zoomstufe 13' },
    zoom: 'Ausschnitt',
    zoomIn: 'Vergrößern',
    zoomOut: 'Verkleinern',
    home: 'Ganze Stadt',
    tools: 'Werkzeuge',
    tool: { box: 'Gebiet zeichnen und danach filtern', measure: 'Entfernung messen' },
    drawBox: 'Ziehen Sie auf der Karte ein Rechteck auf.',
    takeView: 'Ausschnitt nehmen',
    cancel: 'Abbrechen',
    measure: 'Klicken Sie nacheinander auf die Punkte eines Weges.',
    measured: (length: string, points: number) => `${length} über ${format.integer(points)} Punkte`,
    addMiddle: 'Punkt in die Mitte',
    removePoint: 'Letzten Punkt entfernen',
    done: 'Fertig',
    failed: 'Die Karte kann auf diesem Gerät nicht gezeichnet werden. Alle Angaben stehen in der Tabelle.',
    print: 'Drucken',
    from: (owners: readonly string[]) => `von: ${owners.join(' oder ')}`,
    cellTitle: (count: number) => plural(count, 'Meldung', 'Meldungen'),
    cellChange: (now: number, before: number) => `${format.signed(now - before)} gegenüber dem Vergleich (zuvor ${format.integer(before)})`,
    cellSuppressed: 'Weniger als 5 Meldungen, nicht ausgewiesen',
    cellWhere: 'in dieser Zelle, im gewählten Zeitraum',
    more: 'Anklicken für Einzelheiten',
    fictional: 'erfundene Karte',
    tilesFailed: 'Ein Teil der Karte konnte nicht geladen werden.',
  },

  /** Who answers for a source. */
  owner: (id: string) => OWNER[id] ?? id,

  place: {
    label: 'Angeklickter Ort',
    here: 'An diesem Ort',
    close: 'Karte schließen',
    owners: (owners: readonly { name: string; count: number }[]) =>
      owners.length === 1
        ? `nur von: ${owners[0]?.name ?? ''}`
        : `von beiden: ${owners.map(({ name, count }) => `${name} ${format.integer(count)}`).join(', ')}`,
    wgs84: 'Breite, Länge',
    utm: 'EPSG:25832',
    profile: (name: string) => `Profil von ${name}`,
  },

  area: {
    lead: 'Stadtbezirk, unter dem gewählten Filter',
    filter: 'Danach filtern',
    share: (share: number) => `${format.percent(share)} aller Meldungen unter diesem Filter`,
    typical: (theme: string, times: number) => `Auffällig ist ${theme}: ${format.decimal(times)}-mal so häufig wie in der ganzen Stadt.`,
  },

  legend: {
    title: 'Legende',
    show: 'Legende zeigen',
    hide: 'Legende ausblenden',
    cells: 'Meldungen je Zelle',
    cellsOf: (kind: Kind) => `${KIND[kind].many} je Zelle`,
    classCount: (count: number) => plural(count, 'Zelle', 'Zellen'),
    range: (from: number, to: number) =>
      from === to ? format.integer(from) : `${format.integer(from)}–${format.integer(to)}`,
    rangeOpen: (from: number) => `ab ${format.integer(from)}`,
    suppressed: 'weniger als 5, nicht ausgewiesen',
    empty: 'keine Meldung: ohne Farbe',
    unplaced: (count: number) => `${plural(count, 'Meldung hat', 'Meldungen haben')} keinen genauen Ort und ${count === 1 ? 'steht' : 'stehen'} nur in der Tabelle.`,
    reports: 'Einzelne Meldungen',
    thinned: (shown: number, of: number) =>
      `Gezeichnet sind ${format.integer(shown)} von ${format.integer(of)}, gleichmäßig ausgewählt; näher heran sind es alle. Zahlen und Tabelle zählen immer alle.`,
    hotspots: 'Hotspots',
    weekly: (from: string, to: string) => `Wöchentlich gerechnet aus ${format.days(from, addDays(to, 1))}; der Filter gilt hier nicht. Nichts davon ist neu.`,
    patrol: 'Streife in dieser Reihenfolge, Luftlinie',
    nothing: 'Zurzeit ist keine Ebene eingeblendet.',
    quantiles: 'Fünf Klassen mit etwa gleich vielen Zellen',
    fresh: 'gerade eingegangen',
    density: 'Dichte der Meldungen',
    densityOf: (kind: Kind) => `Dichte der ${KIND[kind].many}`,
    densityNote: 'Aus den Zählungen der Zellen geglättet: zeigt, wo es sich ballt, nicht wie viele es sind.',
    difference: 'Veränderung je Zelle',
    comparedWith: (days: string) => `gegenüber ${days}`,
    change: (side: Side, from: number, to: number) => {
      const sign = { less: '−', same: '', more: '+' }[side];
      if (side === 'same') return 'unverändert';
      return from === to ? `${sign}${format.integer(from)}` : `${sign}${format.integer(from)} bis ${sign}${format.integer(to)}`;
    },
    differenceNote: 'Kleine Veränderungen sind oft Zufall.',
  },

  timeline: {
    title: (unit: string) => `Meldungen je ${unit} nach Art`,
    unit: { day: 'Tag', week: 'Woche', month: 'Monat' },
    label: 'Zeitleiste: Zeitraum auswählen',
    start: 'Beginn des Zeitraums',
    end: 'Ende des Zeitraums',
    ghost: 'Vorjahr',
    play: 'Zeitraum abspielen',
    pause: 'Anhalten',
    earlier: 'Einen Schritt früher',
    later: 'Einen Schritt später',
    steps: 'Zeitraum schrittweise verschieben',
    hint: 'Ziehen wählt einen Zeitraum. Pfeiltasten verschieben um einen Tag, mit Umschalttaste um eine Woche.',
    window: (text: string) => `Gewählt: ${text}`,
    max: (count: number) => `bis ${format.integer(count)}`,
  },

  panels: {
    label: 'Auswertung',
    tab: { hotspots: 'Hotspots', figures: 'Zahlen', table: 'Tabelle' } satisfies Record<Panel, string>,
    back: 'Zurück zur Liste',
    toPicture: 'Zurück zum Lagebild',
    widen: 'Tabelle verbreitern',
    narrow: 'Tabelle verschmälern',
    grip: 'Bereich auf- oder zuziehen',
  },

  kind: KIND,
  kindMeaning: KIND_MEANING,
  hotspotKind: HOTSPOT_KIND,
  hotspotState: HOTSPOT_STATE,
  status: STATUS,
  precision: PRECISION,

  hotspots: {
    title: 'Hotspots',
    count: (count: number) => plural(count, 'Hotspot', 'Hotspots'),
    countNew: (count: number) => `davon ${format.integer(count)} neu auffällig`,
    none: 'Zurzeit ist nichts auffällig. Die Zahlen liegen im Rahmen dessen, was die Vergangenheit erwarten lässt.',
    past: (count: number) => plural(count, 'abgeschlossener Hotspot', 'abgeschlossene Hotspots'),
    summary: (observed: number, expected: number, from: string, to: string) =>
      `${plural(observed, 'Meldung', 'Meldungen')}, erwartet ${format.decimal(expected)} (${format.daysShort(from, to)})`,
    mapLabel: (place: string, observed: number, expected: number, days: number) =>
      `${place} ${format.signed(Math.round(observed - expected))} in ${inDays(days)}`,
    /** `atLimit`: the method cannot tell a rarer chance from this one. */
    recurrence: (days: number, atLimit: boolean) => {
      if (days > HUNDRED_YEARS) return 'So auffällig seltener als einmal in 100 Jahren durch Zufall.';
      return `So auffällig ${atLimit ? 'seltener als' : 'etwa'} einmal in ${inDays(days)} durch Zufall.`;
    },
    notices: (count: number) => plural(count, 'Hinweis zu den Daten', 'Hinweise zu den Daten'),
    alarmRates: 'Wie oft die Früherkennung falsch lag',
    alarmRatesNote:
      'Falsch ist, was jemand verworfen hat. Was niemand beurteilt hat, kann auch falsch sein: Die Rate gilt, soweit beurteilt.',
    alarmsOf: (alarms: number, days: number) => `${plural(alarms, 'Alarm', 'Alarme')} in ${inDays(days)}`,
    alarmsJudged: (confirmed: number, dismissed: number, unjudged: number) =>
      `${format.integer(confirmed)} bestätigt, ${format.integer(dismissed)} verworfen, ${format.integer(unjudged)} nicht beurteilt`,
    alarmRate: (value: number, low: number, high: number) =>
      `falsch im Jahr: ${format.decimal(value)} (95 %: ${format.decimal(low)} bis ${format.decimal(high)})`,
    alarmRateNone: 'falsch im Jahr: noch nicht zu sagen, es wird erst seit kurzem gesucht',
    alarmsAllowed: (perYear: number) => `eingestellt: höchstens ${format.decimal(perYear)} im Jahr durch Zufall`,
    layers: 'Dauerhaft hoch, Verlauf, Folgetaten',
    layersNote: 'Wöchentlich gerechnet. Nichts davon ist neu; es sagt, was war.',
    layerDistricts: (districts: readonly [string | null, number][]) =>
      districts.map(([name, count]) => `${name ?? 'außerhalb'} ${format.integer(count)}`).join(', '),
    layerHide: 'Von der Karte nehmen',
    layerPlaces: (count: number, word: string) => `${format.integer(count)}-mal ${word}`,
    keys: 'j und k blättern, Enter öffnet',
    changed: (place: string) => `Hotspot ${place} wurde aktualisiert.`,
  },

  story: {
    /** What was found, in one sentence; the server words it in German. */
    explanation: ({ explanation }: Hotspot): string => explanation,
    showOnMap: 'Auf der Karte zeigen',
    useWindow: 'Zeitraum übernehmen',
    streams: 'Beobachtet und erwartet je Datenstrom',
    finding: (times: string) => `${times}-mal so viele Meldungen wie erwartet`,
    observed: 'beobachtet',
    expected: 'erwartet',
    share: 'Anteil',
    stream: 'Datenstrom',
    evidence: 'Wie belastbar ist das?',
    pValue: 'p-Wert',
    pMeaning: 'Wahrscheinlichkeit, dass eine mindestens so starke Häufung allein durch Zufall entsteht',
    recurrence: 'Zufallshäufigkeit',
    relativeRisk: 'Verhältnis',
    relativeRiskValue: (value: number) => `${format.decimal(value)}-fach`,
    window: 'Zeitfenster',
    firstSeen: 'zuerst gesehen',
    lastSeen: 'zuletzt gesehen',
    radius: 'Umkreis',
    cautions: 'Zu beachten',
    history: 'Verlauf',
    historyNone: 'Noch kein früherer Stand.',
    historyFinding: (observed: number, from: string, to: string) =>
      `Höchstens ${plural(observed, 'Meldung', 'Meldungen')} im Fenster, ${from} bis ${to}`,
    historyAxis: 'Meldungen im Fenster; gestrichelt: erwartet',
    historyTable: 'Als Tabelle',
    rule: 'Die Regel zählt; über den Zufall sagt sie nichts.',
    looks: (profiles: number) =>
      `Gerechnet für ein Suchprofil und einen Blick am Tag. ${plural(profiles, 'Profil sucht', 'Profile suchen')}: So oft zeigt sich irgendwo Zufälliges.`,
    typicalTime: 'Typische Zeit',
    typicalTimeNone: 'Keine typische Zeit.',
    hours: 'Meldungen nach Stunde',
    hoursValue: (hour: number, count: number) => `${String(hour)} bis ${String(hour + 1)} Uhr: ${format.decimal(count)}`,
    darkShare: 'bei Dunkelheit',
    categories: 'Woraus es besteht',
    reports: (count: number) => plural(count, 'Meldung dahinter', 'Meldungen dahinter'),
    reportsMore: 'Weitere Meldungen stehen in der Tabelle.',
    confirmed: 'von einem Menschen bestätigt',
    office: (name: string) => `Zuständig: ${name}`,
    cameFrom: 'Abgespalten von',
    mergedInto: 'Aufgegangen in',
    review: {
      title: 'Prüfen',
      hint: 'Keine Namen von Personen. Festgehalten werden Rolle, Stelle und Zeit.',
      confirm: 'Bestätigen',
      dismiss: 'Verwerfen',
      reopen: 'Zurücknehmen',
      rename: 'Umbenennen',
      note: 'Notiz',
      assign: 'Zuweisen',
      giveBack: 'Zuweisung aufheben',
      offices: ['Bezirksdienst der Polizei', 'Grünflächenamt', 'Jugendamt', 'Ordnungsamt', 'Stadtreinigung', 'Tiefbauamt', 'Verkehrsdienst der Polizei'],
      save: 'Speichern',
      cancel: 'Abbrechen',
      label: { dismiss: 'Grund', rename: 'Neuer Name', note: 'Notiz', assign: 'Zuständige Stelle' },
      saved: 'Gespeichert.',
      done: {
        confirm: 'bestätigt',
        dismiss: 'verworfen',
        reopen: 'zurückgenommen',
        rename: 'umbenannt',
        note: 'Notiz',
        assign: 'zugewiesen',
      },
      givenBack: 'Zuweisung aufgehoben',
      none: 'Noch nicht geprüft.',
    },
    computed: 'So wurde gerechnet',
    method: 'Verfahren',
    seed: 'Startwert',
    revision: 'Revision',
    at: 'Stand',
    state: 'Zustand',
  },

  patrol: {
    title: 'Streifenplan',
    open: (stops: number) => (stops > 0 ? `Streifenplan (${format.integer(stops)})` : 'Streifenplan'),
    lead: 'Ein Weg durch ausgewählte Hotspots und wann dort am meisten gemeldet wird.',
    choose: 'Orte auswählen',
    takeNewest: 'Neue und bestätigte übernehmen',
    takeIn: 'In den Streifenplan',
    takeOut: 'Aus dem Streifenplan',
    full: (most: number) => `Mehr als ${format.integer(most)} Orte sind keine Streife mehr.`,
    way: (stops: number, metres: number) => (stops === 1 ? '1 Ort' : `${format.integer(stops)} Orte, ${format.distance(metres)}`),
    wayNote: 'Luftlinie von Ort zu Ort; Straßen und Brücken kennt der Plan nicht.',
    shortest: (spare_m: number) => `Kürzeste Reihenfolge (${format.distance(spare_m)} weniger)`,
    step: (metres: number) => `${format.distance(metres)} vom vorigen Ort`,
    busiest: (from: number, to: number, share: number) =>
      `${format.percent(share)} der Meldungen fallen auf ${String(from)} bis ${String(to === 0 ? 24 : to)} Uhr`,
    hours: 'Orte mit typischer Zeit, jeder gleich gewichtet',
    hoursValue: (hour: number, share: number) => `${String(hour)} bis ${String(hour + 1)} Uhr: ${format.percent(share)}`,
    stops: 'Reihenfolge',
    when: (typical: string | null) => (typical === null ? 'Keine typische Zeit' : `Meist ${typical}`),
    earlier: (place: string) => `Früher anlaufen: ${place}`,
    later: (place: string) => `Später anlaufen: ${place}`,
    remove: (place: string) => `Aus dem Streifenplan nehmen: ${place}`,
    fairness: 'Was eine Streife feststellt, geht nicht in die Früherkennung ein: Kontrollen sollen den eigenen Anlass nicht bestätigen.',
    toFillIn: 'Datum: ____________________ Beteiligte Stellen: ________________________________________',
    noted: 'Uhrzeit: ____________ Vermerk: ____________________________________________________',
    noNames: 'Keine Namen von Personen eintragen.',
  },

  figures: {
    title: 'Zahlen',
    total: (count: number) => plural(count, 'Meldung', 'Meldungen'),
    window: (text: string) => `im Zeitraum ${text}`,
    previous: 'gegenüber dem Zeitraum davor',
    yearBefore: 'gegenüber demselben Zeitraum im Vorjahr',
    change,
    compare: 'Vergleich mit',
    compareWith: { previous: 'Zeitraum davor', year: 'Vorjahr' } satisfies Record<Compare, string>,
    notComparable: {
      previous: 'Für den Zeitraum davor liegen keine vollständigen Daten vor.',
      year: 'Für das Vorjahr liegen keine vollständigen Daten vor.',
    } satisfies Record<Compare, string>,
    changeColumn: 'Veränderung',
    beforeCount: (count: number) => `zuvor ${format.integer(count)}`,
    /** Of few, the number says more than a share of it. */
    changeShort: (now: number, before: number) =>
      now === before ? '±0' : before < 20 ? format.signed(now - before) : format.change((now - before) / before),
    calendar: 'Tage eines Jahres',
    calendarFinding: (day: string, count: number) => `Die meisten Meldungen an einem Tag: ${format.integer(count)} am ${day}`,
    calendarHint: 'Ein Klick wählt den Tag',
    week: 'Woche ab',
    suppressed: (count: number) => `${plural(count, 'Wert ist', 'Werte sind')} zu klein und nicht ausgewiesen.`,
    byKind: 'Nach Art',
    byKindFinding: (kind: Kind, share: number) =>
      share === 1 ? `Nur ${KIND[kind].many}` : `${KIND[kind].many} machen ${format.percent(share)} aus`,
    byTheme: 'Nach Handlungsfeld',
    byThemeFinding: (label: string) => `Am häufigsten: ${label}`,
    byArea: 'Nach Stadtbezirk',
    byAreaFinding: (name: string) => `Die meisten Meldungen kommen aus ${name}`,
    byAreaNote: 'Absolute Zahlen. Sie sagen nichts darüber, wie viele Menschen dort leben oder unterwegs sind.',
    withoutArea: 'ohne Gebiet',
    hourOfWeek: 'Nach Wochentag und Stunde',
    hourOfWeekFinding: (weekday: string, hour: number) =>
      `Die meisten Meldungen: ${weekday.toLowerCase()}s, ${String(hour)} bis ${String(hour + 1)} Uhr`,
    hoursUnknown: (count: number) =>
      `${plural(count, 'Meldung hat', 'Meldungen haben')} keine Uhrzeit und ${count === 1 ? 'fehlt' : 'fehlen'} hier.`,
    hourOfWeekNote: 'Meldungen mit ungenauer Zeit sind anteilig über ihre Spanne verteilt.',
    hourOfWeekFew: 'Zu wenige Meldungen für einen Wochenrhythmus',
    noHours: 'Keine Meldung hat eine Uhrzeit.',
    count: 'Meldungen',
    share: 'Anteil',
    less: 'wenig',
    more: 'viel',
    hour: 'Stunde',
    weekday: 'Wochentag',
    asTable: 'Als Tabelle',
    asChart: 'Als Grafik',
    others: (count: number) => `${plural(count, 'weiteres', 'weitere')} zeigen`,
    fewer: 'weniger zeigen',
  },

  table: {
    title: 'Tabelle',
    caption: (count: number, text: string) =>
      `${plural(count, 'Meldung', 'Meldungen')} im Zeitraum ${text}, die neuesten zuerst. Dieselben wie auf der Karte.`,
    loaded: (shown: number, total: number) => `${format.integer(shown)} von ${format.integer(total)} geladen`,
    allLoaded: (total: number) => `Alle ${format.integer(total)} geladen`,
    more: 'Weitere laden',
    when: 'Wann',
    what: 'Was',
    where: 'Wo',
    status: 'Status',
    source: 'Quelle',
    theme: 'Handlungsfeld',
    noPlace: 'ohne Ortsangabe',
    changed: 'Es gibt neuere Meldungen.',
    reload: 'Liste neu laden',
    open: (what: string) => `Meldung öffnen: ${what}`,
  },

  export: {
    button: 'Als CSV speichern',
    working: (count: number) => `${format.integer(count)} geladen`,
    done: (count: number) => `${plural(count, 'Meldung', 'Meldungen')} gespeichert.`,
    failed: 'Die Liste konnte nicht vollständig geladen werden. Es wurde nichts gespeichert.',
    invented: 'erfundene Demodaten',
    columns: [
      'Nummer',
      'Aktenzeichen der Quelle',
      'Quelle',
      'Art',
      'Handlungsfeld',
      'Kategorie',
      'geschehen von',
      'geschehen bis',
      'gemeldet',
      'Status',
      'Ort',
      'Stadtbezirk',
      'Genauigkeit',
      'Länge (WGS 84)',
      'Breite (WGS 84)',
      'Ostwert (EPSG:25832)',
      'Nordwert (EPSG:25832)',
      'Revision',
      'Hinweis',
    ],
  },

  views: {
    title: 'Gespeicherte Ansichten',
    none: 'keine',
    name: 'Name der Ansicht',
    save: 'Speichern',
    replace: 'Ersetzen',
    remove: (name: string) => `Ansicht löschen: ${name}`,
    note: 'Merkt sich Filter, Ebenen und Ausschnitt, nur auf diesem Gerät.',
  },

  visit: {
    label: 'Seit Ihrem letzten Besuch',
    since: (instant: string) => `Seit Ihrem letzten Besuch am ${format.dateTime(instant)}:`,
    news: (reports: number, fresh: number, changed: number) =>
      [
        `${plural(reports, 'Meldung', 'Meldungen')} von seither`,
        ...(fresh > 0 ? [plural(fresh, 'neuer Hotspot', 'neue Hotspots')] : []),
        ...(changed > 0 ? [plural(changed, 'veränderter Hotspot', 'veränderte Hotspots')] : []),
      ].join(', '),
    show: 'Diese Meldungen zeigen',
    dismiss: 'Hinweis ausblenden',
  },

  report: {
    occurred: 'Geschehen',
    reported: 'Gemeldet',
    place: 'Ort',
    precision: 'Genauigkeit',
    precisionOf: (precision: Precision, metres: number | null | undefined) =>
      typeof metres !== 'number' || precision === 'none' ? PRECISION[precision] : `${PRECISION[precision]}, auf etwa ${format.distance(metres)}`,
    status: 'Status',
    theme: 'Handlungsfeld',
    prevention: 'Präventionsfeld',
    area: 'Stadtbezirk',
    provenance: 'Herkunft',
    source: 'Quelle',
    owner: 'Verantwortlich',
    purpose: 'Zweck',
    legalBasis: 'Rechtsgrundlage',
    number: 'Nummer',
    externalId: 'Aktenzeichen der Quelle',
    linked: 'Verknüpft mit',
    linkedNote: 'Vermutlich dasselbe Geschehen, von einer anderen Stelle gemeldet.',
    text: 'Wortlaut',
    linkedTo: (id: number) => `Meldung ${String(id)}`,
  },

  live: {
    pill: (count: number) => plural(count, 'neue Meldung', 'neue Meldungen'),
    announce: (count: number) => (count === 1 ? 'Eine neue Meldung.' : `${format.integer(count)} neue Meldungen.`),
    dismiss: 'Zähler zurücksetzen',
    newest: (what: string, when: string) => `Zuletzt: ${what}, ${when}`,
  },

  state: {
    loading: 'Daten werden geladen.',
    empty: 'Für diese Auswahl gibt es keine Meldungen.',
    emptyWay: 'Erweitern Sie den Zeitraum oder nehmen Sie Filter heraus.',
    stale: 'Sie sehen den letzten bekannten Stand.',
    retry: 'Erneut versuchen',
    newVersion: 'Dieser Teil der Seite konnte nicht geladen werden. Vielleicht wurde das Lagebild inzwischen erneuert.',
    reload: 'Seite neu laden',
    problem: {
      offline: 'Der Server ist zurzeit nicht erreichbar.',
      signed_out: 'Ihre Sitzung ist beendet. Bitte melden Sie sich neu an.',
      forbidden: 'Das ist für Ihre Rolle nicht freigegeben.',
      not_found: 'Das gibt es nicht oder nicht mehr.',
      refused: 'Der Server konnte mit dieser Auswahl nichts anfangen.',
      server: 'Auf dem Server ist ein Fehler aufgetreten.',
    } satisfies Record<ProblemKind, string>,
  },

  published: {
    title: 'Veröffentlichte Wochenzahlen',
    skip: 'Zu den Zahlen',
    asOf: (week: string, number: number) => `Stand Woche ${week} · Veröffentlichung ${format.integer(number)}`,
    none: 'Für Ihre Stelle ist noch keine Woche veröffentlicht. Sobald eine Woche abgeschlossen und freigegeben ist, erscheint sie hier.',
    weeks: 'Wochen',
    preset: { '7': '1', '28': '4', '90': '13', '365': '52', all: 'alle' } satisfies Record<Preset, string>,
    span: (from: string, to: string) => format.days(from, to),
    smallest: (count: number) => `Genannt wird nur, was ab ${format.integer(count)} Meldungen zusammenkommt. Schraffiert heißt zu wenige, nicht null.`,
    mapLabel: 'Karte der veröffentlichten Zahlen. Dieselben Zahlen stehen daneben.',
    perCell: 'Meldungen je Zelle',
    perDistrict: 'Meldungen je Stadtbezirk',
    hatch: 'zu wenige, nicht null',
    blank: 'ohne Farbe: keine Meldung oder nicht freigegeben',
    told: (count: number) => `mindestens ${plural(count, 'Meldung', 'Meldungen')}`,
    notTold: 'Zu wenige Meldungen für eine Angabe, nicht null',
    previous: 'davor veröffentlichte Wochen',
    withheld: (count: number) =>
      `Bei ${plural(count, 'weiteren Meldung', 'weiteren Meldungen')} ist nicht gesagt, ob sie dazugehören: Sie stehen in Gruppen, die sonst zu klein wären.`,
    note: 'Abgeschlossene Wochen, einmal veröffentlicht und nicht mehr geändert. Neue Meldungen erscheinen mit der nächsten Woche.',
    partNote: 'Mindestzahlen: Was zu klein wäre, ist nur in der Gesamtzahl enthalten.',
    byKind: 'Soweit nach Art genannt',
    byWeek: 'Meldungen je Woche',
    week: 'Woche',
    weekTitle: (week: string, count: number) => `${week}: ${plural(count, 'Meldung', 'Meldungen')}`,
    tooFew: 'keine oder zu wenige',
    cell: 'H3-Zelle',
    cellsTable: (count: number) => `${plural(count, 'Zelle', 'Zellen')} als Tabelle`,
  },

  partnership: {
    title: 'Organisationen und Freigaben',
    link: 'Freigaben',
    partners: 'Organisationen',
    bodies: 'Gremien',
    releases: 'Freigaben',
    organisation: 'Organisation',
    standing: 'Status',
    standings: { carrier: 'Träger', partner: 'Kooperationspartner', associate: 'Assoziierter Partner', guest: 'Gast' } satisfies Record<Partner['standing'], string>,
    letter: 'Absichtserklärung',
    signed: (day: string) => `vom ${format.day(day)}`,
    until: (day: string) => `bis ${format.day(day)}`,
    ended: 'Abgelaufen: nichts ist mehr freigegeben.',
    contacts: 'Ansprechpersonen',
    from: 'Von',
    to: 'An',
    what: 'Quellen',
    as: 'Form',
    form: {
      records: (precision: 'point' | 'cell' | 'district') =>
        `Einzelne Meldungen, Ort höchstens als ${{ point: 'Punkt', cell: 'Zelle', district: 'Stadtbezirk' }[precision]}`,
      alerts: (kinds: HotspotKind[], withOutline: boolean) =>
        `Meldungen über bestätigte Hotspots (${kinds.map((kind) => HOTSPOT_KIND[kind].label).join(', ')}), Ort als ${withOutline ? 'Umriss' : 'Stadtbezirk'}`,
      counts: (smallest: number) => `Zahlen abgeschlossener Wochen, keine unter ${format.integer(smallest)}`,
    },
    purpose: 'Zweck',
    approved: (by: string) => `Entschieden von: ${by}`,
    inForce: 'Gilt',
    notInForce: 'gilt zurzeit nicht',
    only: (what: string) => `nur ${what}`,
    delay: (days: number) => `nach ${format.integer(days)} Tagen`,
    view: 'Vorschau',
    preview: (name: string) => `Ansehen als ${name}`,
    previewing: (name: string) => `Vorschau: Sie sehen, was ${name} sieht.`,
    endPreview: 'Vorschau beenden',
  },

  audit: {
    title: 'Protokoll',
    lead: 'Wer was gesehen, geändert oder nicht bekommen hat, das Neueste zuerst. Was dort stand, steht nicht im Protokoll.',
    search: 'Suchen',
    text: 'Adresse, Frage oder Name',
    organisation: 'Stelle',
    action: 'Vorgang',
    actions: { saw: 'gesehen', refused: 'verweigert', changed: 'geändert', sign_in_failed: 'nicht eingelassen', signed_in: 'angemeldet', signed_out: 'abgemeldet' } satisfies Record<AuditAction, string>,
    none: 'Kein Eintrag passt zu dieser Suche.',
    number: 'Nr.',
    at: 'Zeit',
    who: 'Wer',
    what: 'Adresse',
    words: 'Frage',
    times: 'Mal',
    revision: 'Revision',
  },

  briefings: {
    link: 'Berichte',
    title: 'Berichte',
    lead: 'Jeder Bericht sagt nur, was für seine Empfänger freigegeben ist, mit denselben Zahlen wie deren Lagebild. Er wird im Hintergrund geschrieben und bleibt, wie er ausgegeben wurde.',
    kind: 'Art',
    kinds: { daily: 'Tageslage', weekly: 'Wochenlage', monthly: 'Lagebericht', controlling: 'Controlling-Bericht' },
    audience: 'Für',
    period: 'Zeitraum',
    periods: { daily: 'gestern, oder z. B. 2026-11-14', weekly: 'letzte Woche, oder z. B. 2026-W46', monthly: 'letzter Monat, oder z. B. 2026-10, 2026-H1', controlling: 'letztes Jahr, oder z. B. 2025' },
    badPeriod: (like: string) => `Dieser Zeitraum passt nicht zur Art des Berichts (${like}).`,
    order: 'Bericht bestellen',
    none: 'Noch ist kein Bericht bestellt.',
    state: 'Stand',
    states: { queued: 'wartet', writing: 'wird geschrieben', ready: 'fertig', refused: 'nicht möglich' } satisfies Record<Briefing['status'], string>,
    waiting: (count: number) => (count === 1 ? 'Ein Bericht ist in Arbeit.' : `${format.integer(count)} Berichte sind in Arbeit.`),
    files: 'Dateien',
    file: (form: string, kind: string, period: string) => `${form}: ${kind}, ${period}`,
    ordered: 'Bestellt',
  },

  sources: {
    link: 'Quellen',
    title: 'Quellen',
    lead: 'Wie es den Quellen geht, und was von ihnen nicht im Lagebild ist. Mehr als Zahlen sieht nur die Stelle, der die Quelle gehört.',
    source: 'Quelle',
    lastSuccess: 'Zuletzt gelesen',
    week: '7 Tage',
    usual: 'üblich',
    state: 'Zustand',
    healthy: 'liefert',
    failing: (times: number) => `${String(times)}-mal fehlgeschlagen`,
    quarantine: 'Quarantäne',
    empty: 'leer',
    show: 'Ansehen',
    replay: 'Erneut lesen',
    outcome: (read: number, there: number, kept: number) =>
      `${String(read)} Zeilen gelesen: ${String(there)} im Lagebild, ${String(kept)} weiter in Quarantäne.`,
    unknownTitle: 'Wörter ohne Kategorie',
    unknownLead: 'Zugeordnete Wörter gelten ab jetzt, und die Zeilen in Quarantäne werden sofort neu gelesen.',
    word: 'Wort der Quelle',
    rows: 'Zeilen',
    category: 'Kategorie',
    categoryOf: (word: string) => `Kategorie für ${word}`,
    choose: 'wählen …',
    map: 'Zuordnen',
    heldTitle: (source: string) => `In Quarantäne: ${source}`,
    heldLead: 'Die vereinbarten Spalten, ohne Personenangaben, verschlüsselt und höchstens 30 Tage aufbewahrt.',
    where: 'Datei',
    line: (line: number) => `Zeile ${String(line)}`,
    why: 'Grund',
    says: 'Inhalt',
    notKept: 'nicht lesbar, nur Fundstelle',
    discard: 'Verwerfen',
    discardWhy: 'Warum? Ohne Namen.',
    cancel: 'Abbrechen',
    codes: {
      too_long: 'zu lang',
      broken_quoting: 'Anführungszeichen offen',
      field_count: 'falsche Zahl der Felder',
      not_utf8: 'falsche Kodierung',
      broken_record: 'unlesbar',
      missing: 'Pflichtangabe fehlt',
      cell_error: 'Formelfehler',
      date: 'Datum unlesbar',
      skipped_time: 'Uhrzeit gibt es nicht',
      turned_interval: 'Ende vor Anfang',
      future: 'in der Zukunft',
      number: 'keine Zahl',
      coordinate: 'unmögliche Koordinate',
      swapped: 'Koordinaten vertauscht',
      beyond_margin: 'außerhalb der Stadt',
      unknown_category: 'Kategorie unbekannt',
      unknown_area: 'Gebiet unbekannt',
      unknown_address: 'Anschrift unbekannt',
      ambiguous_address: 'Anschrift mehrdeutig',
      no_crossing: 'Straßen kreuzen sich nicht',
      placeholder_time: 'Platzhalter statt Zeit',
      unknown_word: 'Wort unbekannt',
      discarded: 'verworfen',
    } as Record<string, string>,
  },

  nothingReleased: {
    title: 'Für diese Rolle ist vom Lagebild nichts freigegeben.',
    way: 'Sie betreibt die Anlage; Meldungen und Zahlen gehören nicht dazu. Eine Freigabe erteilt die Stelle, der die Daten gehören.',
  },

  help: {
    title: 'Tastenkürzel',
    close: 'Schließen',
    keys: [
      { keys: '/', what: 'Ort suchen' },
      { keys: 'f', what: 'Zu den Filtern' },
      { keys: 'h', what: 'Hotspots' },
      { keys: 'z', what: 'Zahlen' },
      { keys: 't', what: 'Tabelle' },
      { keys: 's', what: 'Streifenplan' },
      { keys: 'o', what: 'Ort in der Mitte der Karte' },
      { keys: 'j, k', what: 'Nächster, voriger Hotspot' },
      { keys: 'Enter', what: 'Hotspot öffnen' },
      { keys: 'Esc', what: 'Zurück' },
      { keys: 'p', what: 'Nur Karte, Legende und Stand (Projektor)' },
      { keys: '?', what: 'Diese Hilfe' },
    ],
  },
};

export type Text = typeof de;
