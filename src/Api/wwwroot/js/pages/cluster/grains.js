import { h } from '../../dom.js';
import { formatCount, formatMilliseconds } from '../../format.js';
import { sparkline } from '../../components/sparkline.js';

const COLUMNS = ['Grain', 'Activations', 'Calls', 'Failures', 'Mean', 'p99', 'Calls a second'];

/** Activity per grain type. @param {import('../../live/call-history.js').CallHistory} calls @param {number} now milliseconds. */
export function grainTable(grains, calls, now) {
  if (!grains?.length) return h('p.muted.pad', {}, 'The engine gives no statistics yet.');
  return h('table.table.grains-table', {},
    h('thead', {}, h('tr', {}, COLUMNS.map(name => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, grains.map(grain => grainRow(grain, calls.rates(grain.type), now))));
}

function grainRow(grain, rates, now) {
  const latest = rates.at(-1)?.perSecond ?? 0;
  const cells = [
    grain.activations, formatCount(grain.calls),
    h('span', { class: grain.failures > 0 ? 'is-bad' : null }, formatCount(grain.failures)),
    formatMilliseconds(grain.latency_mean_ms), formatMilliseconds(grain.latency_p99_ms),
    h('span.rate', {}, sparkline(rates, now), h('span', {}, latest.toFixed(latest === 0 || latest >= 10 ? 0 : 1))),
  ];
  return h('tr', {}, h('th', { scope: 'row' }, grain.type), cells.map((cell, index) => h('td.number', { dataset: { label: COLUMNS[index + 1] } }, cell)));
}
