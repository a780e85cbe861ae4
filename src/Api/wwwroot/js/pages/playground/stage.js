import { fill, h } from '../../dom.js';
import { isFinal } from '../../job.js';
import { jobs } from '../../live/jobs.js';
import { watchJob } from '../../live/watch.js';
import { stageEmpty, stageEnded, stageLive } from './stage-views.js';

/** The job in the middle of the page: live while it runs, then its pictures. */
export function stage({ onSeedKnown, onRetry }) {
  const element = h('section.card.stage', { 'aria-label': 'Result' });
  let shownId = null;
  let view = null;
  let watch = null;
  const unfollow = jobs.follow(update);

  function show(id) {
    watch?.close();
    watch = null;
    shownId = id;
    view = null;
    update();
    const job = jobs.get(id);
    if (job && !isFinal(job)) watch = watchJob(id, { onPreview: url => view?.preview?.(url) });
  }

  function update() {
    const job = shownId ? jobs.get(shownId) : null;
    if (!job) {
      if (view?.kind !== 'empty') view = setView(stageEmpty());
      return;
    }
    const kind = isFinal(job) ? job.status : 'live';
    if (view?.kind !== kind) view = setView(kind === 'live' ? stageLive(job) : stageEnded(job, onRetry));
    view.update?.(job);
    if (isFinal(job) && job.request.seed !== null) onSeedKnown(job.request.seed);
  }

  function setView(next) {
    fill(element, next.element);
    return next;
  }

  return {
    element,
    show,
    shownId: () => shownId,
    close() {
      watch?.close();
      unfollow();
    },
  };
}
