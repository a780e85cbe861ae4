import { h } from '../dom.js';
import { formatSeconds, humanise } from '../format.js';

/**
 * Where time went, as one bar cut in phases with a legend.
 * @param {Array<{ name: string, seconds: number }>} phases
 * @param {Map<string, string>} names what each phase is called; a phase that is not there goes by its own name.
 */
export function phaseBar(phases, names) {
  const total = phases.reduce((sum, phase) => sum + phase.seconds, 0);
  const bar = h('div.phase-bar', { 'aria-hidden': 'true' }, phases.map(phase => h('span.phase-part', {
    dataset: { phase: phase.name },
    style: { 'flex-grow': total > 0 ? phase.seconds / total : 1 },
    title: `${nameOf(phase, names)} ${formatSeconds(phase.seconds)}`,
  })));
  return h('div.phase-breakdown', {}, bar, h('ul.phase-legend', { role: 'list' }, phases.map(phase => h('li', {},
    h('span.phase-key', { dataset: { phase: phase.name } }),
    h('span.phase-name', {}, nameOf(phase, names)),
    h('span.phase-seconds', {}, formatSeconds(phase.seconds))))));
}

const nameOf = (phase, names) => names.get(phase.name) ?? humanise(phase.name);
