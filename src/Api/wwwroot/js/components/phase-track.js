import { h } from '../dom.js';
import { PHASES } from '../job.js';

/** The phases of a job in work as a row of marks: done, current, to come. */
export function phaseTrack() {
  const names = [...PHASES.keys()];
  const marks = names.map(name => h('li.phase-mark', { dataset: { phase: name } }, h('span', {}, PHASES.get(name))));
  const element = h('ol.phase-track', { role: 'list', 'aria-label': 'Phases' }, marks);
  return {
    element,
    show(phase) {
      const current = names.indexOf(phase);
      marks.forEach((mark, index) => {
        mark.classList.toggle('is-done', index < current);
        mark.classList.toggle('is-current', index === current);
        if (index === current) mark.setAttribute('aria-current', 'step');
        else mark.removeAttribute('aria-current');
      });
    },
  };
}
