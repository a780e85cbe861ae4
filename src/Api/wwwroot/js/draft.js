import { loadSetting, saveSetting } from './settings.js';

// What the playground's form holds: a request in the API's own names, where null means "the model's default" and a
// seed of null means "a new one each time".
export const EMPTY_DRAFT = Object.freeze({
  model: null, prompt: '', negative_prompt: '', width: null, height: null, steps: null, guidance: null,
  seed: null, count: 1, sampler: null, format: 'png', quality: null,
});

/** Previews asked for per picture: enough to see it come, few enough to cost little. */
const PREVIEW_COUNT = 8;

export const loadDraft = () => ({ ...EMPTY_DRAFT, ...loadSetting('draft', {}) });

export const saveDraft = draft => saveSetting('draft', draft);

/** The draft that makes this job again; with a picture, that very picture alone. */
export function draftOf(job, artifact = null) {
  const known = Object.keys(EMPTY_DRAFT).filter(name => job.request[name] !== undefined);
  const draft = { ...EMPTY_DRAFT, ...Object.fromEntries(known.map(name => [name, job.request[name]])), model: job.model };
  return artifact ? { ...draft, seed: artifact.seed, count: 1 } : draft;
}

/** The body of POST /v1/jobs: what is set, and nothing else. */
export function requestBody(draft) {
  const set = Object.entries(draft).filter(([, value]) => value !== null && value !== '');
  const body = { ...Object.fromEntries(set), previews: PREVIEW_COUNT };
  if (draft.format === 'png') delete body.quality;
  return { ...body, prompt: draft.prompt };
}
