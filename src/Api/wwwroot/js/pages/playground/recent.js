import { h } from '../../dom.js';
import { fractionOf, isFinal } from '../../job.js';
import { reconcile } from '../../keyed.js';
import { jobs } from '../../live/jobs.js';
import { jobThumbnail } from '../../components/job-thumbnail.js';

const SHOWN_MAX = 14;

/** The newest jobs as a strip: pick one to see it on the stage. */
export function recent({ onPick, shownId }) {
  const strip = h('div.recent-strip', { role: 'group', 'aria-label': 'Recent jobs' });
  const element = h('section.recent', { 'aria-label': 'Recent' }, h('h2.section-title', {}, 'Recent'), strip);
  const unfollow = jobs.follow(update);

  function update() {
    const list = jobs.all().slice(0, SHOWN_MAX);
    element.hidden = list.length === 0;
    reconcile(strip, list, {
      // A job's tile is made anew when it changes its state, since that is when it gets its picture.
      key: job => `${job.id} ${job.status} ${job.artifacts.length}`,
      create: job => h('button.recent-item', { type: 'button', title: job.request.prompt, 'aria-label': `${job.request.prompt}, ${job.status}`, onclick: () => onPick(job.id) }, jobThumbnail(job)),
      update(item, job) {
        item.classList.toggle('is-shown', job.id === shownId());
        item.style.setProperty('--fraction', isFinal(job) ? 0 : fractionOf(job));
      },
    });
  }

  return { element, update, close: unfollow };
}
