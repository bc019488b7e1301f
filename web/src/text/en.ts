import type { HotspotKind, HotspotState, Kind, Precision, Status } from '../api/types';
import type { Preset } from '../state';
import type { Text } from './de';
import { addDays } from '../days';
import { formatIn } from './format';

const format = formatIn({ locale: 'en-GB', under: 'below', until: 'to', clock: " o'clock" });

const KIND: Record<Kind, { one: string; many: string }> = {
  complaint: { one: 'Complaint', many: 'Complaints' },
  incident: { one: 'Incident', many: 'Incidents' },
  perception: { one: 'Perception', many: 'Perceptions' },
};

const KIND_MEANING: Record<Kind, string> = {
  complaint: 'what citizens bring to the city',
  incident: 'a matter recorded by the police',
  perception: 'a statement about how safe people feel',
};

/** German terms of art stay German. */
const HOTSPOT_KIND: Record<HotspotKind, { label: string; meaning: string }> = {
  beschwerdehotspot: {
    label: 'Beschwerdehotspot',
    meaning: 'Complaints concentrate beyond what the past explains.',
  },
  brennpunkt: { label: 'Brennpunkt', meaning: 'Recorded incidents concentrate.' },
  angstraum: {
    label: 'Angstraum',
    meaning: 'A place where people feel unsafe. That is a statement about perception, not about offences.',
  },
  unfallhaeufung: { label: 'Unfallhäufung', meaning: 'Accidents concentrate.' },
};

/** What a hotspot of each kind counts. */
const COUNTED: Record<HotspotKind, { one: string; many: string }> = {
  beschwerdehotspot: { one: 'complaint', many: 'complaints' },
  brennpunkt: { one: 'incident', many: 'incidents' },
  angstraum: { one: 'indication', many: 'indications' },
  unfallhaeufung: { one: 'accident', many: 'accidents' },
};

const HOTSPOT_STATE: Record<HotspotState, { label: string; meaning: string }> = {
  emerging: { label: 'emerging', meaning: 'unlikely under the recent past' },
  confirmed: { label: 'confirmed', meaning: 'examined by a person' },
  persistent: { label: 'persistent', meaning: 'high for long' },
  cooling: { label: 'cooling', meaning: 'going down' },
  closed: { label: 'closed', meaning: 'no longer conspicuous' },
  dismissed: { label: 'dismissed', meaning: 'examined and not pursued' },
};

const STATUS: Record<Status, string> = {
  open: 'open',
  in_progress: 'in progress',
  closed: 'closed',
  rejected: 'rejected',
};

const OWNER: Readonly<Record<string, string>> = { stadt: 'City', polizei: 'Police' };

const PRECISION: Record<Precision, string> = {
  point: 'exact place',
  street: 'street',
  cell: 'grid cell',
  area: 'area',
  none: 'no place',
};

const PRESET: Record<Preset, string> = {
  '7': '7 days',
  '28': '28 days',
  '90': '90 days',
  '365': '1 year',
  all: 'all',
};

const UNIT: Record<'day' | 'week' | 'month' | 'year', { one: string; many: string }> = {
  day: { one: 'one day', many: 'days' },
  week: { one: 'one week', many: 'weeks' },
  month: { one: 'one month', many: 'months' },
  year: { one: 'one year', many: 'years' },
};

function inDays(count: number): string {
  const span = format.spanOfDays(count);
  return span.count === 1 ? UNIT[span.unit].one : `${format.decimal(span.count)} ${UNIT[span.unit].many}`;
}

function plural(count: number, one: string, many: string): string {
  return `${format.integer(count)} ${count === 1 ? one : many}`;
}

const reports = (count: number): string => plural(count, 'report', 'reports');

function change(now: number, before: number): string {
  if (before === 0) return now === 0 ? 'unchanged' : 'none before';
  return `${format.change((now - before) / before)} (before: ${format.integer(before)})`;
}

const HUNDRED_YEARS = 36_525;

export const en: Text = {
  format,
  plural,
  inDays,

  product: 'Lagebild',
  productOf: (city) => `Lagebild ${city}`,
  skipToMap: 'To the map',
  skipToPanel: 'To hotspots, figures and table',

  demo: {
    label: 'About the data',
    short: 'Demo: invented data',
    long: 'All reports, streets and borders are invented.',
  },

  signIn: {
    title: 'Sign in',
    demoLead: 'Choose with whose eyes you would like to see the Lagebild.',
    demoNote: 'Each role sees only what is released to it.',
    userLabel: 'User name',
    passwordLabel: 'Password',
    codeLabel: 'Code',
    codeHint: 'Six digits from your authenticator app.',
    withProvider: (provider: string) => `Sign in with ${provider}`,
    withToken: 'Sign in with an access token',
    wrongPassword: 'Name or password is wrong.',
    wrongCode: 'This code is wrong or was used before. Please wait for the next one.',
    wait: (seconds) => `Too many tries. Please try again in ${format.integer(seconds)} ${seconds === 1 ? 'second' : 'seconds'}.`,
    tokenLabel: 'Access token',
    tokenHint: 'You get the token from the administration of your office.',
    submit: 'Sign in',
    wrong: 'This token is not valid. Please check what you typed or ask the administration.',
    purpose: 'The shared situation picture of city and police: places, not persons.',
    working: 'Signing in',
    asRole: (label) => `Sign in as ${label}`,
  },

  top: {
    asOf: (instant) => `As of ${format.dateTime(instant)}`,
    revision: (value) => `Revision ${format.revision(value)}`,
    signOut: 'Sign out',
    theme: 'Colours',
    themes: { light: 'Light', dark: 'Dark', auto: 'Automatic' },
    themeNow: (name) => `Colours: ${name}`,
    help: 'Keys',
    menu: 'Menu',
    pages: 'Pages',
    otherLanguage: 'DE: Seite auf Deutsch zeigen',
  },

  connection: {
    connecting: 'connecting',
    live: 'live',
    interrupted: 'interrupted',
    closed: 'not connected',
  },
  connectionMeaning: {
    connecting: 'The connection for new reports is being made.',
    live: 'New reports appear on their own.',
    interrupted: 'The connection is interrupted. You see the last state; new reports follow as soon as it is back.',
    closed: 'No new reports are received.',
  },

  search: {
    label: 'Find a place',
    placeholder: 'Find a place',
    nothing: 'No place of this name.',
    results: (count) => plural(count, 'place found', 'places found'),
    kinds: { place: 'Place', area: 'District', hotspot: 'Hotspot', road: 'Street' },
  },

  filters: {
    title: 'Filter',
    collapse: 'Fold the filters',
    expand: 'Unfold the filters',
    close: 'Done',
    open: 'Filter',
    reset: 'Reset',
    active: 'Active filters',
    remove: (what) => `Remove filter: ${what}`,
    period: 'Period',
    presets: PRESET,
    presetFull: (preset) => (preset === 'all' ? 'All data' : `Last ${PRESET[preset]}`.replace('1 year', '12 months')),
    custom: 'Own period',
    from: 'from',
    to: 'to',
    apply: 'Apply',
    backwards: 'The beginning lies after the end.',
    datePattern: 'DD/MM/YYYY',
    noDate: 'Please enter a date such as 01/11/2026.',
    what: 'What',
    when: 'When',
    where: 'Where',
    dimension: {
      kind: 'Kind',
      prevention: 'Field of prevention',
      theme: 'Theme',
      category: 'Category',
      weekday: 'Weekday',
      area: 'District',
      source: 'Source',
      status: 'Status',
    },
    all: 'all',
    chosen: (count) => `${format.integer(count)} chosen`,
    hours: 'Time of day',
    hoursFrom: 'from hour',
    hoursTo: 'to hour',
    anyHour: 'all day',
    hoursChip: (from, to) => format.hours(from, (to + 1) % 24 || 24),
    hourOption: (hour) => `${String(hour)}:00`,
    hourPresets: [
      { label: 'Day 6–18', from: 6, to: 17 },
      { label: 'Eve 18–22', from: 18, to: 21 },
      { label: 'Night 22–6', from: 22, to: 5 },
    ],
    control: 'from controls',
    box: 'Drawn area',
    drawBox: 'Draw a rectangle',
    boxFromView: 'Take the view',
    boxSize: (width_m, height_m) => `${format.distance(width_m)} wide, ${format.distance(height_m)} high`,
    boxChip: (width_m, height_m) => `Drawn: ${format.distance(width_m)} × ${format.distance(height_m)}`,
    removeBox: 'Remove the area',
  },

  map: {
    label: 'Map of the Lagebild. The same reports are in the table.',
    loading: 'The map is being drawn',
    layers: 'Layers',
    layer: {
      cells: 'Counts over the city',
      reports: 'Single reports',
      hotspots: 'Hotspots',
      areas: 'Districts',
    },
    surface: {
      counts: 'Count in each cell',
      density: 'Density, smoothed',
      difference: 'Change',
    },
    weekly: 'computed weekly, without the filter',
    layerNote: { reports: 'from zoom 13' },
    zoom: 'View',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    home: 'Whole city',
    tools: 'Tools',
    tool: { box: 'Draw an area and filter by it', measure: 'Measure a distance' },
    drawBox: 'Drag a rectangle on the map.',
    takeView: 'Take the view',
    cancel: 'Cancel',
    measure: 'Click on the points of a way, one after the other.',
    measured: (length, points) => `${length} over ${format.integer(points)} points`,
    addMiddle: 'Point in the middle',
    removePoint: 'Remove the last point',
    done: 'Done',
    failed: 'The map cannot be drawn on this device. Everything is in the table.',
    print: 'Print',
    from: (owners) => `from: ${owners.join(' or ')}`,
    cellTitle: reports,
    cellChange: (now, before) => `${format.signed(now - before)} against the comparison (before: ${format.integer(before)})`,
    cellSuppressed: 'Fewer than 5 reports, not shown',
    cellWhere: 'in this cell, in the chosen period',
    more: 'Click for details',
    fictional: 'invented map',
    tilesFailed: 'A part of the map could not be loaded.',
  },

  owner: (id) => OWNER[id] ?? id,

  place: {
    label: 'Clicked place',
    here: 'At this place',
    close: 'Close the card',
    owners: (owners) =>
      owners.length === 1
        ? `only from: ${owners[0]?.name ?? ''}`
        : `from both: ${owners.map(({ name, count }) => `${name} ${format.integer(count)}`).join(', ')}`,
    wgs84: 'Latitude, longitude',
    utm: 'EPSG:25832',
    profile: (name) => `Profile of ${name}`,
  },

  area: {
    lead: 'District, under the chosen filter',
    filter: 'Filter by it',
    share: (share) => `${format.percent(share)} of all reports under this filter`,
    typical: (theme, times) => `${theme} stands out: ${format.decimal(times)} times as frequent as in the whole city.`,
  },

  legend: {
    title: 'Legend',
    show: 'Show the legend',
    hide: 'Hide the legend',
    cells: 'Reports in each cell',
    cellsOf: (kind) => `${KIND[kind].many} in each cell`,
    classCount: (count) => plural(count, 'cell', 'cells'),
    range: (from, to) => (from === to ? format.integer(from) : `${format.integer(from)}–${format.integer(to)}`),
    rangeOpen: (from) => `${format.integer(from)} or more`,
    suppressed: 'fewer than 5, not shown',
    empty: 'no report: no colour',
    unplaced: (count) => `${plural(count, 'report has', 'reports have')} no exact place and ${count === 1 ? 'is' : 'are'} only in the table.`,
    reports: 'Single reports',
    thinned: (shown, of) =>
      `${format.integer(shown)} of ${format.integer(of)} are drawn, chosen evenly; nearer, all of them. Figures and table always count all.`,
    hotspots: 'Hotspots',
    weekly: (from, to) => `Computed weekly from ${format.days(from, addDays(to, 1))}; the filter does not apply here. Nothing of it is new.`,
    patrol: 'Patrol in this order, as the crow flies',
    nothing: 'No layer is shown at the moment.',
    quantiles: 'Five classes with about as many cells each',
    fresh: 'just come in',
    density: 'Density of reports',
    densityOf: (kind) => `Density of ${KIND[kind].many.toLowerCase()}`,
    densityNote: 'Smoothed from the counts of the cells: shows where they gather, not how many there are.',
    difference: 'Change in each cell',
    comparedWith: (days) => `against ${days}`,
    change: (side, from, to) => {
      const sign = { less: '−', same: '', more: '+' }[side];
      if (side === 'same') return 'unchanged';
      return from === to ? `${sign}${format.integer(from)}` : `${sign}${format.integer(from)} to ${sign}${format.integer(to)}`;
    },
    differenceNote: 'Small changes are often chance.',
  },

  timeline: {
    title: (unit) => `Reports by ${unit} and kind`,
    unit: { day: 'day', week: 'week', month: 'month' },
    label: 'Time strip: choose a period',
    start: 'Beginning of the period',
    end: 'End of the period',
    ghost: 'year before',
    play: 'Play the period',
    pause: 'Stop',
    earlier: 'One step earlier',
    later: 'One step later',
    steps: 'Move the period step by step',
    hint: 'Dragging chooses a period. Arrow keys move it by a day, with shift by a week.',
    window: (text) => `Chosen: ${text}`,
    max: (count) => `up to ${format.integer(count)}`,
  },

  panels: {
    label: 'Reading',
    tab: { hotspots: 'Hotspots', figures: 'Figures', table: 'Table' },
    back: 'Back to the list',
    toPicture: 'Back to the picture',
    widen: 'Widen the table',
    narrow: 'Narrow the table',
    grip: 'Pull the sheet open or shut',
  },

  kind: KIND,
  kindMeaning: KIND_MEANING,
  hotspotKind: HOTSPOT_KIND,
  hotspotState: HOTSPOT_STATE,
  status: STATUS,
  precision: PRECISION,

  hotspots: {
    title: 'Hotspots',
    count: (count) => plural(count, 'hotspot', 'hotspots'),
    countNew: (count) => `${format.integer(count)} of them emerging`,
    none: 'Nothing is conspicuous at the moment. The counts are within what the past leads one to expect.',
    past: (count) => plural(count, 'closed hotspot', 'closed hotspots'),
    summary: (observed, expected, from, to) =>
      `${reports(observed)}, expected ${format.decimal(expected)} (${format.daysShort(from, to)})`,
    mapLabel: (place, observed, expected, days) =>
      `${place} ${format.signed(Math.round(observed - expected))} in ${inDays(days)}`,
    recurrence: (days, atLimit) => {
      if (days > HUNDRED_YEARS) return 'As conspicuous as this by chance less than once in 100 years.';
      return `As conspicuous as this by chance ${atLimit ? 'less than' : 'about'} once in ${inDays(days)}.`;
    },
    notices: (count: number) => plural(count, 'note on the data', 'notes on the data'),
    alarmRates: 'How often early detection was wrong',
    alarmRatesNote:
      'Wrong is what somebody has dismissed. What nobody has judged may be wrong too: the rate holds as far as judged.',
    alarmsOf: (alarms, days) => `${plural(alarms, 'alarm', 'alarms')} in ${inDays(days)}`,
    alarmsJudged: (confirmed, dismissed, unjudged) =>
      `${format.integer(confirmed)} confirmed, ${format.integer(dismissed)} dismissed, ${format.integer(unjudged)} not judged`,
    alarmRate: (value, low, high) =>
      `wrong a year: ${format.decimal(value)} (95 %: ${format.decimal(low)} to ${format.decimal(high)})`,
    alarmRateNone: 'wrong a year: cannot be said yet, the search has only begun',
    alarmsAllowed: (perYear) => `set to: at most ${format.decimal(perYear)} a year by chance`,
    layers: 'High for long, trends, near repeats',
    layersNote: 'Reckoned weekly. Nothing of it is new; it says what has been.',
    layerDistricts: (districts) => districts.map(([name, count]) => `${name ?? 'outside'} ${format.integer(count)}`).join(', '),
    layerHide: 'Take off the map',
    layerPlaces: (count: number, word: string) => `${format.integer(count)} times ${word}`,
    keys: 'j and k go through the list, Enter opens',
    changed: (place) => `Hotspot ${place} was updated.`,
  },

  story: {
    explanation: ({ kind, place, radius_m, observed, expected, window_from, window_to, recurrence_interval_days }) => {
      const where = radius_m < 1 ? `At one point near “${place}”` : `Within ${format.distance(Math.ceil(radius_m / 10) * 10)} of “${place}”`;
      const what = plural(Math.round(observed), COUNTED[kind].one, COUNTED[kind].many);
      const found = `${where} there ${Math.round(observed) === 1 ? 'was' : 'were'} ${what}`;
      const when = format.daysShort(window_from, window_to);
      if (recurrence_interval_days === null) return `${found} (${when}); the mean around an accident in the city is ${format.decimal(expected)}.`;
      return `${found}, ${format.decimal(expected)} expected (${when}).`;
    },
    showOnMap: 'Show on the map',
    useWindow: 'Take its period',
    streams: 'Observed and expected in each stream',
    finding: (times) => `${times} times as many reports as expected`,
    observed: 'observed',
    expected: 'expected',
    share: 'Share',
    stream: 'Stream',
    evidence: 'How sound is it?',
    pValue: 'p value',
    pMeaning: 'Probability that a concentration at least as strong arises by chance alone',
    recurrence: 'How often by chance',
    relativeRisk: 'Ratio',
    relativeRiskValue: (value) => `${format.decimal(value)} times`,
    window: 'Window',
    firstSeen: 'first seen',
    lastSeen: 'last seen',
    radius: 'Radius',
    cautions: 'To be considered',
    history: 'History',
    historyNone: 'No earlier state yet.',
    historyFinding: (observed: number, from: string, to: string) =>
      `At most ${plural(observed, 'report', 'reports')} in the window, ${from} to ${to}`,
    historyAxis: 'Reports in the window; dashed: expected',
    historyTable: 'As a table',
    rule: 'The rule counts; it says nothing about chance.',
    looks: (profiles: number) =>
      `Reckoned for one search profile and one look a day. ${plural(profiles, 'profile looks', 'profiles look')}: so often chance shows somewhere.`,
    typicalTime: 'Typical time',
    typicalTimeNone: 'No typical time.',
    hours: 'Reports by hour',
    hoursValue: (hour: number, count: number) => `${String(hour)} to ${String(hour + 1)} h: ${format.decimal(count)}`,
    darkShare: 'in the dark',
    categories: 'What it consists of',
    reports: (count: number) => plural(count, 'report behind it', 'reports behind it'),
    reportsMore: 'More reports are in the table.',
    confirmed: 'confirmed by a person',
    office: (name) => `In charge: ${name}`,
    cameFrom: 'Split off from',
    mergedInto: 'Merged into',
    review: {
      title: 'Review',
      hint: 'No names of persons. Role, office and time are kept.',
      confirm: 'Confirm',
      dismiss: 'Dismiss',
      reopen: 'Take back',
      rename: 'Rename',
      note: 'Note',
      assign: 'Assign',
      giveBack: 'Take the assignment back',
      offices: ['Bezirksdienst der Polizei', 'Grünflächenamt', 'Jugendamt', 'Ordnungsamt', 'Stadtreinigung', 'Tiefbauamt', 'Verkehrsdienst der Polizei'],
      save: 'Save',
      cancel: 'Cancel',
      label: { dismiss: 'Reason', rename: 'New name', note: 'Note', assign: 'Office in charge' },
      saved: 'Saved.',
      done: {
        confirm: 'confirmed',
        dismiss: 'dismissed',
        reopen: 'taken back',
        rename: 'renamed',
        note: 'note',
        assign: 'assigned',
      },
      givenBack: 'assignment taken back',
      none: 'Not reviewed yet.',
    },
    computed: 'How it was reckoned',
    method: 'Method',
    seed: 'Seed',
    revision: 'Revision',
    at: 'As of',
    state: 'State',
  },

  patrol: {
    title: 'Patrol plan',
    open: (stops) => (stops > 0 ? `Patrol plan (${format.integer(stops)})` : 'Patrol plan'),
    lead: 'A way through chosen hotspots, and when most is reported there.',
    choose: 'Choose places',
    takeNewest: 'Take the new and confirmed ones',
    takeIn: 'Add to the patrol plan',
    takeOut: 'Remove from the patrol plan',
    full: (most) => `More than ${format.integer(most)} places are no patrol any more.`,
    way: (stops, metres) => (stops === 1 ? '1 place' : `${format.integer(stops)} places, ${format.distance(metres)}`),
    wayNote: 'As the crow flies from place to place; the plan knows neither streets nor bridges.',
    shortest: (spare_m) => `Shortest order (${format.distance(spare_m)} less)`,
    step: (metres) => `${format.distance(metres)} from the place before`,
    busiest: (from, to, share) =>
      `${format.percent(share)} of the reports fall between ${String(from)}:00 and ${String(to === 0 ? 24 : to)}:00`,
    hours: 'Places with a typical time, each weighing the same',
    hoursValue: (hour, share) => `${String(hour)}:00 to ${String(hour + 1)}:00: ${format.percent(share)}`,
    stops: 'Order',
    when: (typical) => (typical === null ? 'No typical time' : `Mostly ${typical}`),
    earlier: (place) => `Visit earlier: ${place}`,
    later: (place) => `Visit later: ${place}`,
    remove: (place) => `Remove from the patrol plan: ${place}`,
    fairness: 'What a patrol finds does not enter early detection: controls are not to confirm their own occasion.',
    toFillIn: 'Date: ____________________ Offices taking part: ____________________________________',
    noted: 'Time: ____________ Note: ________________________________________________________',
    noNames: 'Enter no names of persons.',
  },

  figures: {
    title: 'Figures',
    total: reports,
    window: (text) => `in the period ${text}`,
    previous: 'against the period before',
    yearBefore: 'against the same period of the year before',
    change,
    compare: 'Compare with',
    compareWith: { previous: 'Period before', year: 'Year before' },
    notComparable: {
      previous: 'There are no complete data for the period before.',
      year: 'There are no complete data for the year before.',
    },
    changeColumn: 'Change',
    beforeCount: (count) => `before: ${format.integer(count)}`,
    changeShort: (now, before) =>
      now === before ? '±0' : before < 20 ? format.signed(now - before) : format.change((now - before) / before),
    calendar: 'Days of a year',
    calendarFinding: (day, count) => `Most reports on one day: ${format.integer(count)} on ${day}`,
    calendarHint: 'A click chooses the day',
    week: 'Week of',
    suppressed: (count) => `${plural(count, 'value is', 'values are')} too small and not shown.`,
    byKind: 'By kind',
    byKindFinding: (kind, share) =>
      share === 1 ? `Only ${KIND[kind].many.toLowerCase()}` : `${KIND[kind].many} make up ${format.percent(share)}`,
    byTheme: 'By theme',
    byThemeFinding: (label) => `Most frequent: ${label}`,
    byArea: 'By district',
    byAreaFinding: (name) => `Most reports come from ${name}`,
    byAreaNote: 'Absolute numbers. They say nothing about how many people live there or pass through.',
    withoutArea: 'no area',
    hourOfWeek: 'By weekday and hour',
    hourOfWeekFinding: (weekday, hour) => `Most reports: ${weekday}s, ${String(hour)}:00 to ${String(hour + 1)}:00`,
    hoursUnknown: (count) => `${plural(count, 'report has', 'reports have')} no time of day and ${count === 1 ? 'is' : 'are'} missing here.`,
    hourOfWeekNote: 'Reports with an inexact time are spread over their span in proportion.',
    hourOfWeekFew: 'Too few reports for a rhythm of the week',
    noHours: 'No report has a time of day.',
    count: 'reports',
    share: 'Share',
    less: 'few',
    more: 'many',
    hour: 'Hour',
    weekday: 'Weekday',
    asTable: 'As a table',
    asChart: 'As a chart',
    others: (count) => `show ${format.integer(count)} more`,
    fewer: 'show fewer',
  },

  table: {
    title: 'Table',
    caption: (count, text) => `${reports(count)} in the period ${text}, the newest first. The same as on the map.`,
    loaded: (shown, total) => `${format.integer(shown)} of ${format.integer(total)} loaded`,
    allLoaded: (total) => `All ${format.integer(total)} loaded`,
    more: 'Load more',
    when: 'When',
    what: 'What',
    where: 'Where',
    status: 'Status',
    source: 'Source',
    theme: 'Theme',
    noPlace: 'no place given',
    changed: 'There are newer reports.',
    reload: 'Load the list anew',
    open: (what) => `Open report: ${what}`,
  },

  export: {
    button: 'Save as CSV',
    working: (count) => `${format.integer(count)} loaded`,
    done: (count) => `${reports(count)} saved.`,
    failed: 'The list could not be loaded in full. Nothing was saved.',
    invented: 'erfundene Demodaten (invented demo data)',
    columns: [
      'number',
      'file number of the source',
      'source',
      'kind',
      'theme',
      'category',
      'occurred from',
      'occurred to',
      'reported',
      'status',
      'place',
      'district',
      'precision',
      'longitude (WGS 84)',
      'latitude (WGS 84)',
      'easting (EPSG:25832)',
      'northing (EPSG:25832)',
      'revision',
      'note',
    ],
  },

  views: {
    title: 'Saved views',
    none: 'none',
    name: 'Name of the view',
    save: 'Save',
    replace: 'Replace',
    remove: (name) => `Delete view: ${name}`,
    note: 'Remembers filter, layers and place, on this device only.',
  },

  visit: {
    label: 'Since your last visit',
    since: (instant) => `Since your last visit on ${format.dateTime(instant)}:`,
    news: (count, fresh, changed) =>
      [
        `${reports(count)} of since then`,
        ...(fresh > 0 ? [plural(fresh, 'new hotspot', 'new hotspots')] : []),
        ...(changed > 0 ? [plural(changed, 'changed hotspot', 'changed hotspots')] : []),
      ].join(', '),
    show: 'Show these reports',
    dismiss: 'Hide this note',
  },

  report: {
    occurred: 'Occurred',
    reported: 'Reported',
    place: 'Place',
    precision: 'Precision',
    precisionOf: (precision, metres) =>
      typeof metres !== 'number' || precision === 'none' ? PRECISION[precision] : `${PRECISION[precision]}, to about ${format.distance(metres)}`,
    status: 'Status',
    theme: 'Theme',
    prevention: 'Field of prevention',
    area: 'District',
    provenance: 'Provenance',
    source: 'Source',
    owner: 'Controller',
    purpose: 'Purpose',
    legalBasis: 'Legal basis',
    number: 'Number',
    externalId: 'File number of the source',
    linked: 'Linked with',
    linkedNote: 'Presumably the same happening, reported by another office.',
    text: 'Wording',
    linkedTo: (id) => `Report ${String(id)}`,
  },

  live: {
    pill: (count) => plural(count, 'new report', 'new reports'),
    announce: (count) => (count === 1 ? 'One new report.' : `${format.integer(count)} new reports.`),
    dismiss: 'Reset the counter',
    newest: (what, when) => `Latest: ${what}, ${when}`,
  },

  state: {
    loading: 'Data are being loaded.',
    empty: 'There are no reports for this choice.',
    emptyWay: 'Widen the period or take filters out.',
    stale: 'You see the last known state.',
    retry: 'Try again',
    newVersion: 'This part of the page could not be loaded. The Lagebild may have been renewed in the meantime.',
    reload: 'Load the page anew',
    problem: {
      offline: 'The server cannot be reached at the moment.',
      signed_out: 'Your session has ended. Please sign in again.',
      forbidden: 'This is not released to your role.',
      not_found: 'This does not exist, or no longer.',
      refused: 'The server could make nothing of this choice.',
      server: 'An error happened on the server.',
    },
  },

  published: {
    title: 'Published weekly counts',
    skip: 'To the figures',
    asOf: (week, number) => `As of week ${week} · publication ${format.integer(number)}`,
    none: 'No week has been published for your organisation yet. As soon as a week has closed and is released, it appears here.',
    weeks: 'Weeks',
    preset: { '7': '1', '28': '4', '90': '13', '365': '52', all: 'all' },
    span: (from, to) => format.days(from, to),
    smallest: (count) => `Only what comes to at least ${format.integer(count)} reports is told. Hatched means too few, not none.`,
    mapLabel: 'Map of the published counts. The same counts stand beside it.',
    perCell: 'Reports per cell',
    perDistrict: 'Reports per district',
    hatch: 'too few, not none',
    blank: 'no colour: no report, or not released',
    told: (count) => `at least ${plural(count, 'report', 'reports')}`,
    notTold: 'Too few reports to tell a count, not none',
    previous: 'weeks published before',
    withheld: (count) =>
      `Of ${plural(count, 'more report', 'more reports')} it is not said whether they belong here: they are in groups that would be too small otherwise.`,
    note: 'Closed weeks, published once and not changed any more. New reports appear with the next week.',
    partNote: 'At least so many: what would be too small is in the total only.',
    byKind: 'As far as the kind is told',
    byWeek: 'Reports per week',
    week: 'Week',
    weekTitle: (week, count) => `${week}: ${plural(count, 'report', 'reports')}`,
    tooFew: 'none or too few',
    cell: 'H3 cell',
    cellsTable: (count) => `${plural(count, 'cell', 'cells')} as a table`,
  },

  partnership: {
    title: 'Organisations and releases',
    link: 'Releases',
    partners: 'Organisations',
    bodies: 'Bodies',
    releases: 'Releases',
    organisation: 'Organisation',
    standing: 'Status',
    standings: { carrier: 'Carrier', partner: 'Kooperationspartner', associate: 'Assoziierter Partner', guest: 'Guest' },
    letter: 'Letter of Intent',
    signed: (day) => `of ${format.day(day)}`,
    until: (day) => `until ${format.day(day)}`,
    ended: 'Ended: nothing is released any more.',
    contacts: 'Contacts',
    from: 'From',
    to: 'To',
    what: 'Sources',
    as: 'Form',
    form: {
      records: (precision) => `Single reports, place at most as ${{ point: 'point', cell: 'cell', district: 'Stadtbezirk' }[precision]}`,
      alerts: (kinds, withOutline) =>
        `Alerts about confirmed hotspots (${kinds.map((kind) => HOTSPOT_KIND[kind].label).join(', ')}), place as ${withOutline ? 'outline' : 'Stadtbezirk'}`,
      counts: (smallest) => `Counts of closed weeks, none under ${format.integer(smallest)}`,
    },
    purpose: 'Purpose',
    approved: (by) => `Decided by: ${by}`,
    inForce: 'In force',
    notInForce: 'not in force now',
    only: (what) => `only ${what}`,
    delay: (days) => `after ${format.integer(days)} days`,
    view: 'Preview',
    preview: (name) => `See as ${name}`,
    previewing: (name) => `Preview: you see what ${name} sees.`,
    endPreview: 'End the preview',
  },

  audit: {
    title: 'Audit log',
    lead: 'Who saw, changed or was refused what, newest first. What was there is not in the log.',
    search: 'Search',
    text: 'Address, question or name',
    organisation: 'Organisation',
    action: 'Action',
    actions: { saw: 'saw', refused: 'refused', changed: 'changed', sign_in_failed: 'not let in', signed_in: 'signed in', signed_out: 'signed out' },
    none: 'No entry fits this search.',
    number: 'No.',
    at: 'Time',
    who: 'Who',
    what: 'Address',
    words: 'Question',
    times: 'Times',
    revision: 'Revision',
  },

  sources: {
    link: 'Sources',
    title: 'Sources',
    lead: 'How the feeds fare, and what of them is not in the picture. Only the office that owns a source sees more than figures.',
    source: 'Source',
    lastSuccess: 'Last read',
    week: '7 days',
    usual: 'usual',
    state: 'State',
    healthy: 'delivers',
    failing: (times) => `failed ${String(times)} times`,
    quarantine: 'Quarantine',
    empty: 'empty',
    show: 'Show',
    replay: 'Read again',
    outcome: (read, there, kept) => `${String(read)} rows read: ${String(there)} in the picture, ${String(kept)} still in quarantine.`,
    unknownTitle: 'Words without a category',
    unknownLead: 'Mapped words hold from now on, and the rows in quarantine are read again at once.',
    word: 'Word of the feed',
    rows: 'Rows',
    category: 'Category',
    categoryOf: (word) => `Category for ${word}`,
    choose: 'choose …',
    map: 'Map',
    heldTitle: (source) => `In quarantine: ${source}`,
    heldLead: 'The declared columns, without what points at a person, encrypted and kept for 30 days at most.',
    where: 'File',
    line: (line) => `line ${String(line)}`,
    why: 'Reason',
    says: 'Content',
    notKept: 'not readable, position only',
    discard: 'Discard',
    discardWhy: 'Why? Without names.',
    cancel: 'Cancel',
    codes: {
      too_long: 'too long',
      broken_quoting: 'quote not closed',
      field_count: 'wrong number of fields',
      not_utf8: 'wrong encoding',
      broken_record: 'not readable',
      missing: 'required value missing',
      cell_error: 'formula failed',
      date: 'date not readable',
      skipped_time: 'no such time of day',
      turned_interval: 'ends before it starts',
      future: 'in the future',
      number: 'not a number',
      coordinate: 'impossible coordinate',
      swapped: 'coordinates swapped',
      beyond_margin: 'outside the city',
      unknown_category: 'unknown category',
      unknown_area: 'unknown area',
      unknown_address: 'unknown address',
      ambiguous_address: 'ambiguous address',
      no_crossing: 'streets do not meet',
      placeholder_time: 'placeholder for a time',
      unknown_word: 'unknown word',
      discarded: 'discarded',
    },
  },

  nothingReleased: {
    title: 'Nothing of the picture is released to this role.',
    way: 'It runs the installation; reports and counts are no part of that. A release is given by the organisation that owns the data.',
  },

  help: {
    title: 'Keys',
    close: 'Close',
    keys: [
      { keys: '/', what: 'Find a place' },
      { keys: 'f', what: 'To the filters' },
      { keys: 'h', what: 'Hotspots' },
      { keys: 'z', what: 'Figures' },
      { keys: 't', what: 'Table' },
      { keys: 's', what: 'Patrol plan (Streifenplan)' },
      { keys: 'o', what: 'The place in the middle of the map' },
      { keys: 'j, k', what: 'Next, previous hotspot' },
      { keys: 'Enter', what: 'Open the hotspot' },
      { keys: 'Esc', what: 'Back' },
      { keys: 'p', what: 'Only map, legend and state (projector)' },
      { keys: '?', what: 'This help' },
    ],
  },
};
