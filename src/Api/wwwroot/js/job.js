// What can be said of a job by looking at it. Jobs are the REST API's objects, as they come.

export const STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'];

/** The phases of a job in their order, and what they are called. */
export const PHASES = new Map([
  ['queued', 'Queued'],
  ['load', 'Load'],
  ['encode', 'Encode'],
  ['steps', 'Steps'],
  ['decode', 'Decode'],
  ['store', 'Store'],
]);

export const isFinal = job => job.status === 'succeeded' || job.status === 'failed' || job.status === 'cancelled';

/** 0..1 over all pictures. */
export function fractionOf(job) {
  if (job.status === 'succeeded') return 1;
  return Math.min(1, Math.max(0, job.progress?.fraction ?? 0));
}

/** From the start of work to its end, in seconds; null while there is none. */
export function durationSeconds(job) {
  if (!job.started_at || !job.finished_at) return null;
  return (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000;
}

export function pictureAspect(job) {
  const { width, height } = job.request;
  return width > 0 && height > 0 ? width / height : 1;
}

export function fileName(job, artifact) {
  const words = job.request.prompt.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 40);
  const extension = artifact.content_type.split('/')[1] ?? 'png';
  return `${words || 'picture'}-${artifact.seed}.${extension}`;
}

/** One line that says where a job stands, for a screen and for a screen reader. */
export function describe(job) {
  const progress = job.progress ?? {};
  if (job.status === 'queued') return queuedWords(progress);
  if (job.status === 'succeeded') return 'Done';
  if (job.status === 'failed') return job.error?.message ?? 'Failed';
  if (job.status === 'cancelled') return 'Cancelled';
  if (progress.phase === 'steps') return `Step ${progress.step} of ${progress.steps}`;
  return PHASES.get(progress.phase) ?? 'Running';
}

function queuedWords({ queue_position: position, waiting }) {
  const place = position ? (position === 1 ? 'Next in the queue' : `Number ${position} in the queue`) : 'Queued';
  return waiting ? `${place}: ${waiting}` : place;
}
