import { h, icon } from '../../dom.js';
import { formatSeconds } from '../../format.js';
import { PHASES, fileName, pictureAspect } from '../../job.js';
import { copyMenu } from '../../components/copy-menu.js';
import { emptyState } from '../../components/empty-state.js';
import { cancelButton } from '../../components/job-actions.js';
import { liveProgress } from '../../components/live-progress.js';
import { jobError, warnings } from '../../components/notes.js';
import { parameters } from '../../components/parameters.js';
import { phaseBar } from '../../components/phase-bar.js';
import { downloadPicture, picture } from '../../components/picture.js';
import { pixelsButton } from '../../components/pixels-button.js';
import { stateBadge } from '../../components/state-badge.js';

// What the stage shows: nothing yet, a job in work, or a job that ended. Each is `{ kind, element, update?, preview? }`.

export function stageEmpty() {
  return { kind: 'empty', element: emptyState('picture', 'Your picture appears here', 'Write a prompt, or take one of the examples, and press Generate.') };
}

export function stageLive(job) {
  const progress = liveProgress();
  const image = h('img.picture.preview', { alt: 'Preview of the picture in work', hidden: true });
  const frame = h('div.frame.is-waiting', { style: { 'aspect-ratio': pictureAspect(job) } }, image);
  const badge = h('span');
  const element = h('div.stage-columns', {}, frame, h('div.stage-side', {},
    h('div.stage-head', {}, h('h2.stage-prompt', {}, job.request.prompt), badge),
    progress.element, warnings(job), h('div.actions', {}, cancelButton(job), jobLink(job))));
  return {
    kind: 'live',
    element,
    update(now) {
      if (badge.dataset.state !== now.status) badge.replaceChildren(stateBadge(now.status));
      badge.dataset.state = now.status;
      progress.show(now);
    },
    preview(url) {
      image.src = url;
      image.hidden = false;
      frame.classList.remove('is-waiting');
    },
  };
}

export function stageEnded(job, onRetry) {
  const total = (job.phases ?? []).reduce((sum, phase) => sum + phase.seconds, 0);
  const side = h('div.stage-side', {},
    h('div.stage-head', {}, h('h2.stage-prompt', {}, job.request.prompt),
      h('span.stage-state', {}, stateBadge(job.status), total > 0 ? h('span.number.muted', {}, formatSeconds(total)) : null, job.artifacts.length ? pixelsButton() : null)),
    jobError(job), warnings(job),
    h('div.actions', {}, endedActions(job, onRetry)),
    parameters(job),
    job.phases?.length ? phaseBar(job.phases, PHASES) : null);
  return { kind: job.status, element: h('div.stage-columns', {}, endedFrame(job), side) };
}

function endedFrame(job) {
  const aspect = { style: { 'aspect-ratio': pictureAspect(job) } };
  if (job.artifacts.length === 0) return h('div.frame.is-nothing', aspect, icon(job.status === 'failed' ? 'alert' : 'stop'));
  if (job.artifacts.length === 1) return h('div.frame', aspect, pictureLink(job, job.artifacts[0]));
  return h('div.frames', {}, job.artifacts.map(artifact => h('div.frame', aspect, pictureLink(job, artifact))));
}

function pictureLink(job, artifact) {
  return h('a.picture-link', { href: `#/gallery/${job.id}/${artifact.index}`, title: 'Open in the gallery' },
    picture(artifact, `${job.request.prompt}, seed ${artifact.seed}`, { isLazy: false }));
}

function endedActions(job, onRetry) {
  const artifact = job.artifacts[0];
  if (!artifact) return [h('button.button.primary', { type: 'button', onclick: () => onRetry(job) }, icon('recall'), 'Try again'), jobLink(job)];
  const download = () => job.artifacts.forEach(each => downloadPicture(each, fileName(job, each)));
  return [
    h('button.button', { type: 'button', onclick: download }, icon('download'), job.artifacts.length > 1 ? 'Download all' : 'Download'),
    copyMenu(job),
    h('a.button', { href: `#/gallery/${job.id}/0` }, icon('grid'), 'Gallery'),
    jobLink(job),
  ];
}

const jobLink = job => h('a.button.quiet', { href: `#/jobs/${job.id}` }, 'Details');
