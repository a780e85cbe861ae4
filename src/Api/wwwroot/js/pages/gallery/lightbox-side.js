import { age } from '../../clock.js';
import { copyText } from '../../clipboard.js';
import { h, icon } from '../../dom.js';
import { formatBytes } from '../../format.js';
import { PHASES, fileName } from '../../job.js';
import { copyMenu } from '../../components/copy-menu.js';
import { useSettingsButton } from '../../components/job-actions.js';
import { parameters } from '../../components/parameters.js';
import { phaseBar } from '../../components/phase-bar.js';
import { downloadPicture } from '../../components/picture.js';

/** What made a picture, and what can be done with it. */
export function lightboxSide(job, artifact) {
  return [
    h('h2.lightbox-prompt', {}, job.request.prompt),
    h('p.muted', {}, age(job.created_at), ` · ${formatBytes(artifact.bytes)}`),
    h('div.actions', {},
      useSettingsButton(job, { artifact, label: 'Use these settings' }),
      h('button.button', { type: 'button', onclick: () => copyText(String(artifact.seed), 'Seed') }, icon('copy'), 'Copy seed'),
      h('button.button', { type: 'button', onclick: () => downloadPicture(artifact, fileName(job, artifact)) }, icon('download'), 'Download'),
      copyMenu(job, artifact),
      h('a.button.quiet', { href: `#/jobs/${job.id}` }, 'Job')),
    parameters(job, artifact),
    job.phases?.length ? phaseBar(job.phases, PHASES) : null,
  ];
}
