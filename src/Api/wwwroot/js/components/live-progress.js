import { h, setText } from '../dom.js';
import { formatEta, formatRate } from '../format.js';
import { describe, fractionOf } from '../job.js';
import { phaseTrack } from './phase-track.js';
import { progressBar, setProgress } from './progress-bar.js';

/** A job in work: what it does in words, how far it is, how fast, and until when. */
export function liveProgress() {
  const headline = h('p.live-headline');
  const facts = h('p.live-facts.number');
  const bar = progressBar('Progress of this job');
  const track = phaseTrack();
  const spoken = h('p.visually-hidden', { 'aria-live': 'polite' });
  const element = h('div.live-progress', {}, headline, bar, facts, track.element, spoken);

  return {
    element,
    show(job) {
      const progress = job.progress ?? {};
      const phase = job.status === 'queued' ? 'queued' : progress.phase ?? 'queued';
      setText(headline, describe(job));
      setText(facts, factsOf(job, progress));
      setProgress(bar, phase === 'steps' || phase === 'decode' || phase === 'store' || fractionOf(job) > 0 ? fractionOf(job) : null);
      track.show(phase);
      setText(spoken, spokenWords(job, phase));
    },
  };
}

function factsOf(job, progress) {
  const eta = formatEta(progress.eta_seconds);
  return [
    progress.image_count > 1 && job.status === 'running' ? `picture ${progress.image_index + 1} of ${progress.image_count}` : '',
    progress.phase === 'steps' ? formatRate(progress.steps_per_second) : '',
    eta && `${eta} left`,
  ].filter(Boolean).join(' · ');
}

/** Every step would be noise: quarters are enough to listen to. */
function spokenWords(job, phase) {
  if (phase !== 'steps') return describe(job);
  return `${Math.floor(fractionOf(job) * 4) * 25} percent`;
}
