import { fill, h, icon } from '../../dom.js';
import { isFinal } from '../../job.js';
import { connection } from '../../live/connection.js';
import { jobs } from '../../live/jobs.js';
import { watchJob } from '../../live/watch.js';
import { emptyState, errorState } from '../../components/empty-state.js';
import { jobView } from './job-view.js';

/** One job: what was asked for, what came of it, and where the time went. */
export function mountJob(outlet, id) {
  const place = h('div.job');
  let view = null;
  let watch = null;
  let error = null;
  outlet.append(h('a.back', { href: '#/jobs' }, icon('back'), 'All jobs'), place);
  const unfollow = jobs.follow(update);
  const unfollowConnection = connection.follow(state => {
    if (state === 'live' && error) load();
  });
  load();

  async function load() {
    error = null;
    try {
      await jobs.load(id);
    } catch (reason) {
      error = reason;
    }
    update();
  }

  function update() {
    const job = jobs.get(id);
    if (!job) return showMissing();
    // The view is made anew when the job changes its state; in between it moves by itself.
    const kind = `${job.status} ${job.artifacts.length}`;
    if (view?.kind !== kind) {
      view = { kind, ...jobView(job) };
      fill(place, view.element);
    }
    if (!isFinal(job)) watch ??= watchJob(id, { onPreview: url => view.preview?.(url) });
    return view.update?.(job);
  }

  function showMissing() {
    if (error?.status === 404) fill(place, emptyState('list', 'No such job', 'It may have been made by another tenant, or never existed.'));
    else if (error) fill(place, errorState(error, load));
    else fill(place, h('p.loading', {}, 'Loading…'));
  }

  return {
    unmount() {
      unfollow();
      unfollowConnection();
      watch?.close();
    },
  };
}
