import type { HotspotMoment } from '../../api/types';

/** A curve of a hotspot's looks, in a box of the given size. */
export interface HistoryCurve {
  observed: string;
  expected: string;
  points: { x: number; y: number; moment: HotspotMoment }[];
  most: number;
}

/** Where the curve of a hotspot runs; steps, because a look's count holds until the next look. */
export function historyCurve(moments: readonly HotspotMoment[], width: number, height: number): HistoryCurve | null {
  const first = moments[0];
  const last = moments.at(-1);
  if (!first || !last) return null;
  const start = Date.parse(first.at);
  const length = Math.max(Date.parse(last.at) - start, 1);
  const most = Math.max(1, ...moments.flatMap(({ observed, expected }) => [observed, expected]));
  const x = (at: string): number => ((Date.parse(at) - start) / length) * width;
  const y = (count: number): number => height - (count / most) * height;
  const steps = (count: (moment: HotspotMoment) => number): string =>
    moments
      .map((moment, index) => {
        const at = `${x(moment.at).toFixed(1)} ${y(count(moment)).toFixed(1)}`;
        return index === 0 ? `M ${at}` : `H ${x(moment.at).toFixed(1)} V ${y(count(moment)).toFixed(1)}`;
      })
      .join(' ');
  return {
    observed: steps(({ observed }) => observed),
    expected: steps(({ expected }) => expected),
    points: moments.map((moment) => ({ x: x(moment.at), y: y(moment.observed), moment })),
    most,
  };
}
