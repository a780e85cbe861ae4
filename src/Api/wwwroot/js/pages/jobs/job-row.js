import { age, elapsed } from '../../clock.js';
import { fill, h, setText } from '../../dom.js';
import { formatEta, formatSeconds } from '../../format.js';
import { describe, durationSeconds, fractionOf, isFinal } from '../../job.js';
import { cancelButton, useSettingsButton } from '../../components/job-actions.js';
import { jobThumbnail } from '../../components/job-thumbnail.js';
import { progressBar, setProgress } from '../../components/progress-bar.js';
import { stateBadge } from '../../components/state-badge.js';

const parts = new WeakMap();

/** One line of the list. Made anew when the job changes its state; in between only the progress moves. */
export function jobRow(job) {
  const words = h('span.row-words');
  const bar = isFinal(job) ? null : progressBar(`Progress of ${job.request.prompt}`);
  const time = h('td.number', { dataset: { label: 'Time' } });
  const row = h('tr.job-row', {},
    h('td.job-cell', {}, h('a.job-link', { href: `#/jobs/${job.id}` }, jobThumbnail(job), h('span.job-prompt', {}, job.request.prompt))),
    h('td', { dataset: { label: 'Model' } }, job.model),
    h('td.state-cell', { dataset: { label: 'State' } }, h('div.state-line', {}, stateBadge(job.status), words), bar),
    h('td.number', { dataset: { label: 'Created' } }, age(job.created_at)),
    time,
    h('td.row-actions', {}, isFinal(job) ? useSettingsButton(job, { isQuiet: true }) : cancelButton(job)));
  parts.set(row, { words, bar, time });
  showTime(time, job);
  return row;
}

export function updateJobRow(row, job) {
  const { words, bar, time } = parts.get(row);
  if (job.status === 'failed') setText(words, describe(job));
  if (isFinal(job)) return;
  setText(words, [describe(job), formatEta(job.progress?.eta_seconds)].filter(Boolean).join(' · '));
  if (bar) setProgress(bar, fractionOf(job));
  if (job.started_at && !time.firstElementChild) showTime(time, job);
}

function showTime(cell, job) {
  if (isFinal(job)) setText(cell, formatSeconds(durationSeconds(job)));
  else fill(cell, job.started_at ? elapsed(job.started_at) : '–');
}
