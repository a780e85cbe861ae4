import { fill, h } from '../../dom.js';
import { humanise } from '../../format.js';
import { STATUSES } from '../../job.js';
import { reconcile } from '../../keyed.js';
import { connection } from '../../live/connection.js';
import { JobPages } from '../../live/job-pages.js';
import { jobs } from '../../live/jobs.js';
import { emptyState, errorState } from '../../components/empty-state.js';
import { moreButton } from '../../components/more.js';
import { jobRow, updateJobRow } from './job-row.js';

let lastStatus = null;

/** All jobs, newest first, live. */
export function mountJobList(outlet) {
  let pages = new JobPages(lastStatus);
  let error = null;
  const body = h('tbody');
  const table = h('table.table.jobs-table', {},
    h('thead', {}, h('tr', {}, ['Job', 'Model', 'State', 'Created', 'Time', ''].map(name => h('th', { scope: 'col' }, name || h('span.visually-hidden', {}, 'Actions'))))), body);
  const filters = new Map([null, ...STATUSES].map(status => [status, filterButton(status)]));
  const note = h('div');
  const more = moreButton(load);
  outlet.append(
    h('div.page-head', {}, h('h1', {}, 'Jobs'), h('div.segments', { role: 'group', 'aria-label': 'Show' }, [...filters.values()])),
    h('div.card.table-card', {}, table, note), more.element);
  const unfollow = jobs.follow(update);
  const unfollowConnection = connection.follow(state => {
    if (state === 'live' && error) load();
  });
  choose(lastStatus);

  function filterButton(status) {
    return h('button.segment', { type: 'button', onclick: () => choose(status) }, status ? humanise(status) : 'All');
  }

  function choose(status) {
    lastStatus = status;
    pages = new JobPages(status);
    for (const [key, button] of filters) button.setAttribute('aria-pressed', String(key === status));
    load();
  }

  async function load() {
    const asked = pages;
    error = await asked.loadMore().then(() => null, reason => reason);
    if (asked === pages) update();
  }

  function update() {
    const items = pages.isLoaded ? pages.items() : [];
    reconcile(body, items, { key: job => `${job.id} ${job.artifacts.length} ${job.status}`, create: jobRow, update: updateJobRow });
    table.hidden = items.length === 0;
    more.show(pages.isLoaded && !pages.isEnd, error !== null);
    showNote(items.length);
  }

  function showNote(count) {
    if (error && !pages.isLoaded) fill(note, errorState(error, load));
    else if (count > 0) fill(note);
    else if (!pages.isLoaded) fill(note, h('p.loading', {}, 'Loading…'));
    else fill(note, nothing());
  }

  return {
    unmount() {
      unfollow();
      unfollowConnection();
      more.close();
    },
  };
}

function nothing() {
  if (lastStatus) return emptyState('list', `Nothing ${lastStatus}`, 'Jobs in this state appear here by themselves.');
  return emptyState('list', 'No jobs yet', 'Every picture that is asked for, here or through the API, becomes a job.', h('a.button.primary', { href: '#/' }, 'Make a picture'));
}
