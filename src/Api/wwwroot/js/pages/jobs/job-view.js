import { age } from '../../clock.js';
import { h } from '../../dom.js';
import { formatMoment, formatSeconds } from '../../format.js';
import { PHASES, durationSeconds, isFinal, pictureAspect } from '../../job.js';
import { jobPath } from '../../api/client.js';
import { copyMenu } from '../../components/copy-menu.js';
import { cancelButton, useSettingsButton } from '../../components/job-actions.js';
import { liveProgress } from '../../components/live-progress.js';
import { jobError, warnings } from '../../components/notes.js';
import { parameters, term } from '../../components/parameters.js';
import { picture } from '../../components/picture.js';
import { pixelsButton } from '../../components/pixels-button.js';
import { stateBadge } from '../../components/state-badge.js';
import { waterfall } from '../../components/waterfall.js';
import { openJson } from './open-json.js';

/** @returns {{ element: Element, update?: (job) => void, preview?: (url: string) => void }} */
export function jobView(job) {
  const progress = isFinal(job) ? null : liveProgress();
  const result = isFinal(job) ? resultPictures(job) : resultPreview(job);
  const element = h('article.job-view', {},
    jobHead(job),
    h('div.job-notes', {}, jobError(job), warnings(job)),
    h('div.job-columns', {},
      h('div.job-column', {},
        card('Input', null, h('p.job-full-prompt', {}, job.request.prompt), parameters(job)),
        job.phases?.length ? card('Timeline', null, waterfall(job.phases, PHASES)) : null),
      card('Result', job.artifacts.length ? pixelsButton() : null, progress?.element, result.element)),
    card('Facts', null, facts(job)));
  return { element, update: now => progress?.show(now), preview: result.preview };
}

function card(title, beside, ...content) {
  return h('section.card', {}, h('div.section-head', {}, h('h2.section-title', {}, title), beside), content);
}

function jobHead(job) {
  return h('header.job-head', {},
    h('div', {}, h('h1.job-title', {}, job.request.prompt), h('p.job-sub', {}, stateBadge(job.status), h('span', {}, age(job.created_at)), isFinal(job) ? h('span.number', {}, formatSeconds(durationSeconds(job))) : null)),
    h('div.actions', {},
      isFinal(job) ? null : cancelButton(job),
      useSettingsButton(job),
      copyMenu(job),
      h('a.button.quiet', { href: jobPath(job.id), target: '_blank', onclick: event => openJson(event, job.id) }, 'JSON')));
}

function resultPictures(job) {
  if (job.artifacts.length === 0) return { element: h('p.muted', {}, 'No picture came of this job.') };
  return {
    element: h('div.job-pictures', {}, job.artifacts.map(artifact => h('a.picture-link', { href: `#/gallery/${job.id}/${artifact.index}` },
      h('span.frame', { style: { 'aspect-ratio': pictureAspect(job) } }, picture(artifact, `${job.request.prompt}, seed ${artifact.seed}`)),
      h('span.muted.number', {}, `seed ${artifact.seed}`)))),
  };
}

function resultPreview(job) {
  const image = h('img.picture.preview', { alt: 'Preview of the picture in work', hidden: true });
  const frame = h('div.frame.is-waiting', { style: { 'aspect-ratio': pictureAspect(job) } }, image);
  return {
    element: frame,
    preview(url) {
      image.src = url;
      image.hidden = false;
      frame.classList.remove('is-waiting');
    },
  };
}

function facts(job) {
  return h('dl.parameters.facts', {},
    term('Created', formatMoment(job.created_at)),
    term('Started', formatMoment(job.started_at)),
    term('Finished', formatMoment(job.finished_at)),
    term('Device', job.device),
    term('Priority', job.request.priority ?? 0),
    term('Failed attempts', job.failed_attempts ?? 0),
    term('Job', h('code', {}, job.id), 'is-wide'),
    term('Replica', job.replica ? h('code', {}, job.replica) : null, 'is-wide'),
    term('Model version', h('code', {}, job.model_version ?? '–'), 'is-wide'));
}
