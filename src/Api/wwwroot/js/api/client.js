import { request, requestJson } from './http.js';

// The part of the REST API that the dashboard uses; one function per call.

/** @returns {Promise<{ jobs: object[], next_cursor: string | null }>} newest first. */
export function listJobs({ status, cursor, limit } = {}, signal) {
  const query = new URLSearchParams();
  if (status) query.set('status', status);
  if (cursor) query.set('cursor', cursor);
  if (limit) query.set('limit', limit);
  return requestJson(`/v1/jobs?${query}`, { signal });
}

/** The same key is the same job, so a submission whose answer was lost can be sent again. */
export function submitJob(body, idempotencyKey) {
  return requestJson('/v1/jobs', { method: 'POST', json: body, headers: { 'idempotency-key': idempotencyKey } });
}

export const getJob = (id, signal) => requestJson(jobPath(id), { signal });

export const cancelJob = id => requestJson(jobPath(id), { method: 'DELETE' });

export const listModels = signal => requestJson('/v1/models', { signal }).then(list => list.data);

/** The policy as a whole: what is absent is as by default. */
export const setPolicy = (model, policy) => requestJson(`/v1/models/${encodeURIComponent(model)}/policy`, { method: 'PUT', json: policy });

export const getPicture = (url, signal) => request(url, { headers: { accept: 'image/*' }, signal }).then(response => response.blob());

export const jobPath = id => `/v1/jobs/${encodeURIComponent(id)}`;

export const jobEventsPath = id => `${jobPath(id)}/events`;

export const FEED_PATH = '/v1/feed';

export const CLUSTER_EVENTS_PATH = '/v1/cluster/events';
