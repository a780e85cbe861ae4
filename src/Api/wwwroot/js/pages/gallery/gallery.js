import { fill, h } from '../../dom.js';
import { reconcile } from '../../keyed.js';
import { connection } from '../../live/connection.js';
import { JobPages } from '../../live/job-pages.js';
import { jobs } from '../../live/jobs.js';
import { emptyState, errorState } from '../../components/empty-state.js';
import { moreButton } from '../../components/more.js';
import { picture } from '../../components/picture.js';
import { pixelsButton } from '../../components/pixels-button.js';
import { lightbox } from './lightbox.js';

/** Every finished picture, newest first. `#/gallery/JOB/INDEX` has one of them open. */
export function mountGallery(outlet, rest) {
  const pages = new JobPages('succeeded');
  let error = null;
  const grid = h('ul.gallery-grid', { role: 'list' });
  const note = h('div');
  const more = moreButton(load);
  const box = lightbox({ pictures, onNearEnd: load });
  outlet.append(h('div.page-head', {}, h('h1', {}, 'Gallery'), pixelsButton()), grid, note, more.element, box.element);
  const unfollow = jobs.follow(update);
  const unfollowConnection = connection.follow(state => {
    if (state === 'live' && error) load();
  });
  load();
  box.show(rest);

  function pictures() {
    return pages.items().flatMap(job => job.artifacts.map(artifact => ({ job, artifact })));
  }

  async function load() {
    error = await pages.loadMore().then(() => null, reason => reason);
    update();
  }

  function update() {
    const items = pages.isLoaded ? pictures() : [];
    reconcile(grid, items, { key: ({ job, artifact }) => `${job.id}/${artifact.index}`, create: tile });
    more.show(pages.isLoaded && !pages.isEnd, error !== null);
    if (error && !pages.isLoaded) fill(note, errorState(error, load));
    else if (!pages.isLoaded) fill(note, h('p.loading', {}, 'Loading…'));
    else if (items.length === 0) fill(note, emptyState('grid', 'No pictures yet', 'Finished pictures gather here.', h('a.button.primary', { href: '#/' }, 'Make a picture')));
    else fill(note);
    box.update();
  }

  return {
    update: box.show,
    unmount() {
      unfollow();
      unfollowConnection();
      more.close();
      box.close();
    },
  };
}

function tile({ job, artifact }) {
  return h('li.tile', {}, h('a.tile-link', { href: `#/gallery/${job.id}/${artifact.index}` },
    picture(artifact, ''), h('span.tile-caption', {}, job.request.prompt)));
}
