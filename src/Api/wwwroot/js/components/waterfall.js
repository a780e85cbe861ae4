import { h } from '../dom.js';
import { formatSeconds, humanise } from '../format.js';

/**
 * One row per phase, each bar where and as long as it was: what a trace viewer shows.
 * @param {Array<{ name: string, start_seconds: number, seconds: number }>} phases
 * @param {Map<string, string>} names
 */
export function waterfall(phases, names) {
  const end = Math.max(...phases.map(phase => phase.start_seconds + phase.seconds), 0.000001);
  return h('div.waterfall', {},
    h('ol.waterfall-rows', { role: 'list' }, phases.map(phase => waterfallRow(phase, names, end))),
    h('div.waterfall-axis', { 'aria-hidden': 'true' }, [0, 0.25, 0.5, 0.75, 1].map(part => h('span', {}, formatSeconds(end * part)))));
}

function waterfallRow(phase, names, end) {
  const percent = seconds => `${((seconds / end) * 100).toFixed(2)}%`;
  return h('li.waterfall-row', {},
    h('span.waterfall-name', {}, names.get(phase.name) ?? humanise(phase.name)),
    h('span.waterfall-track', {}, h('span.waterfall-bar', {
      dataset: { phase: phase.name },
      style: { 'inset-inline-start': percent(phase.start_seconds), 'inline-size': percent(phase.seconds) },
    })),
    h('span.waterfall-seconds', {}, formatSeconds(phase.seconds)));
}
