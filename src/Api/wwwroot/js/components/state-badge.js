import { h } from '../dom.js';
import { humanise } from '../format.js';

/** A job's status or a replica's phase as a pill; the colour is never alone. */
export function stateBadge(state) {
  return h('span.badge', { dataset: { state } }, h('span.badge-dot'), humanise(state));
}
