import { describe, expect, it } from 'vitest';
import { emptyFilter, initialState, select, toggle, withFilter, withHours, withPeriod, type PageState } from '../src/state';
import { searchOf, stateOf } from '../src/url';

describe('the address', () => {
  it('is empty for the page as it opens', () => {
    expect(searchOf(initialState())).toBe('');
    expect(stateOf('')).toEqual(initialState());
  });

  it('uses the words of the contract and stays readable', () => {
    const filter = withHours(toggle(toggle(emptyFilter(), 'kind', 'incident'), 'kind', 'complaint'), { from: 22, to: 5 });
    const state = select(withFilter(initialState(), withPeriod(filter, { from: '2026-10-01', to: '2026-11-01' })), {
      kind: 'hotspot',
      id: 'hs-1',
    });
    expect(searchOf(state)).toBe('from=2026-10-01&to=2026-11-01&kind=complaint,incident&hour=22-5&hotspot=hs-1');
  });

  it('leads back to the state it came from', () => {
    const state: PageState = {
      filter: {
        ...emptyFilter(),
        period: { preset: '365' },
        kind: ['perception'],
        prevention: ['ordnung'],
        theme: ['laerm', 'sauberkeit'],
        category: ['wilder_muell'],
        weekday: ['5', '6'],
        hours: { from: 7, to: 7 },
        bbox: [7.8, 51.6, 7.91234, 51.7],
        area: ['bockum-hoevel'],
        source: ['a b&c'],
        status: ['open'],
      },
      camera: { lng: 7.81, lat: 51.68, zoom: 13.5 },
      hidden: ['areas'],
      surface: 'difference',
      weekly: 'near_repeat',
      compare: 'year',
      panel: 'table',
      selection: { kind: 'report', id: 12 },
      stops: ['hs-2', 'hs-1'],
    };
    expect(stateOf(`?${searchOf(state)}`)).toEqual(state);
  });

  it('keeps the plan of a patrol, with its stops in their order', () => {
    const state: PageState = { ...initialState(), selection: { kind: 'patrol' }, stops: ['hs-3', 'hs-1'] };
    expect(searchOf(state)).toBe('plan=patrol&stops=hs-3,hs-1');
    expect(stateOf('?plan=patrol&stops=hs-3,hs-1')).toEqual(state);
    expect(stateOf('?stops=1,2,3,4,5,6,7,8,9,10,11').stops).toHaveLength(10);
  });

  it.each([
    'kind=theft',
    'period=12',
    'from=2026-11-01&to=2026-10-01',
    'from=2026-02-31x&to=2026-03-01',
    'hour=25',
    'bbox=7.8,51.6,7.9',
    'bbox=7.9,51.6,7.8,51.7',
    'bbox=7.8,,7.9,51.7',
    'bbox=7.8,51.6,7.9,95',
    'map=1/2',
    'map=1/91/7',
    'panel=secret',
    'report=-1',
    'hidden=everything',
    'surface=gloss',
    'compare=never',
    'plan=war',
    'weekly=',
  ])('leaves what it does not understand at the default: %s', (search) => {
    expect(stateOf(`?${search}`)).toEqual(initialState());
  });
});
