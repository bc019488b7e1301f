import { describe, expect, it } from 'vitest';
import { DeviceViews } from '../src/data/views';
import { Visits } from '../src/data/visit';

function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

describe('saved views', () => {
  it('come back in the order of their names; one of the same name is replaced', async () => {
    const views = new DeviceViews(storage(), 'analyst');
    await views.save({ name: 'Nacht', search: 'hour=22-5' });
    await views.save({ name: 'Ärger', search: 'theme=laerm' });
    const list = await views.save({ name: 'Nacht', search: 'hour=20-5' });
    expect(list).toEqual([
      { name: 'Ärger', search: 'theme=laerm' },
      { name: 'Nacht', search: 'hour=20-5' },
    ]);
    expect(await views.list()).toEqual(list);
    expect(await views.remove('Ärger')).toEqual([{ name: 'Nacht', search: 'hour=20-5' }]);
  });

  it('are apart for each role', async () => {
    const device = storage();
    await new DeviceViews(device, 'analyst').save({ name: 'a', search: '' });
    expect(await new DeviceViews(device, 'city').list()).toEqual([]);
  });

  it.each(['{', '{"a":1}', '[1,null,{"name":3,"search":""}]'])('survive what is no list of views: %s', async (broken) => {
    const device = storage();
    device.setItem('lagebild.views.analyst', broken);
    expect(await new DeviceViews(device, 'analyst').list()).toEqual([]);
  });
});

describe('the last visit', () => {
  const at = (time: string): Date => new Date(`2026-11-22T${time}:00Z`);
  const mark = (time: string, revision: number) => ({ at: at(time).toISOString(), revision });

  it('is unknown on the first', () => {
    expect(new Visits(storage(), 'analyst').begin(at('08:00'))).toBeNull();
  });

  it('is where the reader left, and a short look away does not end it', () => {
    const device = storage();
    const first = new Visits(device, 'analyst');
    first.begin(at('08:00'));
    first.leave(mark('08:20', 100));

    const second = new Visits(device, 'analyst');
    expect(second.begin(at('14:00'))).toEqual(mark('08:20', 100));
    second.leave(mark('14:05', 180));

    const again = new Visits(device, 'analyst');
    expect(again.begin(at('14:20'))).toEqual(mark('08:20', 100));
    again.leave(mark('14:30', 190));
    expect(new Visits(device, 'analyst').begin(at('16:00'))).toEqual(mark('14:30', 190));
  });

  it.each(['{', 'null', '{"last":{"at":"soon","revision":1}}'])('survives what is no mark: %s', (broken) => {
    const device = storage();
    device.setItem('lagebild.visit.analyst', broken);
    expect(new Visits(device, 'analyst').begin(at('08:00'))).toBeNull();
  });
});
