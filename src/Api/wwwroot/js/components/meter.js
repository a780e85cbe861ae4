import { h } from '../dom.js';

/** How full something is, with the numbers beside it. */
export function meter(label, used, total, words) {
  const fraction = total > 0 ? Math.min(1, used / total) : 0;
  const bar = h('div.meter', { role: 'meter', 'aria-label': label, 'aria-valuemin': '0', 'aria-valuemax': String(total), 'aria-valuenow': String(used), 'aria-valuetext': words },
    h('div.meter-fill', { style: { 'inline-size': `${(fraction * 100).toFixed(1)}%` } }));
  bar.classList.toggle('is-full', fraction > 0.9);
  return h('div.meter-row', {}, h('div.meter-words', {}, h('span', {}, label), h('span.number', {}, words)), bar);
}
