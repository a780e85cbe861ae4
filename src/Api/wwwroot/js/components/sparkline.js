import { HISTORY_SECONDS } from '../live/call-history.js';
import { svg } from '../dom.js';

const WIDTH = 96;
const HEIGHT = 24;

/** The last minute as a small line. @param {Array<{ at: number, perSecond: number }>} rates @param {number} now milliseconds. */
export function sparkline(rates, now) {
  const top = Math.max(1, ...rates.map(rate => rate.perSecond));
  const points = rates.map(({ at, perSecond }) => {
    const x = WIDTH - ((now - at) / 1000 / HISTORY_SECONDS) * WIDTH;
    return `${x.toFixed(1)},${(HEIGHT - 1.5 - (perSecond / top) * (HEIGHT - 3)).toFixed(1)}`;
  });
  const chart = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'sparkline', 'aria-hidden': 'true', preserveAspectRatio: 'none' });
  if (points.length > 1) {
    const first = points[0].split(',')[0];
    chart.append(svg('polygon', { points: `${first},${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`, class: 'sparkline-area' }));
    chart.append(svg('polyline', { points: points.join(' '), class: 'sparkline-line' }));
  }
  return chart;
}
