import { h, icon } from '../dom.js';
import { humanise } from '../format.js';

/** Warnings of a job, such as a prompt that was cut. */
export function warnings(job) {
  return (job.warnings ?? []).map(text => h('p.note.note-warning', {}, icon('alert'), h('span', {}, text)));
}

export function jobError(job) {
  if (!job.error) return null;
  return h('div.note.note-error', { role: 'alert' }, icon('alert'), h('div', {}, h('strong', {}, humanise(job.error.code)), h('p', {}, job.error.message)));
}
