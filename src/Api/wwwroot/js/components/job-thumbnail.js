import { h, icon } from '../dom.js';
import { isFinal } from '../job.js';
import { picture } from './picture.js';

const ICONS = { failed: 'alert', cancelled: 'stop' };

/** A job's first picture, or a sign of its state. Decoration: the words beside it say the rest. */
export function jobThumbnail(job) {
  const first = job.artifacts[0];
  if (first) return h('span.thumbnail', {}, picture(first, ''), job.artifacts.length > 1 ? h('span.thumbnail-count', {}, job.artifacts.length) : null);
  return h('span.thumbnail', { dataset: { state: job.status } }, isFinal(job) ? icon(ICONS[job.status] ?? 'picture') : h('span.spinner'));
}
