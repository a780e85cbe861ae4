import { apiKey } from './key.js';
import { request } from './http.js';
import { ApiError } from './problem.js';
import { EventStreamParser } from './sse.js';

export const RETRY_MILLISECONDS_FIRST = 500;
export const RETRY_MILLISECONDS_MAX = 15_000;
/** The server sends a comment every 15 s; silence for longer means that nobody is there any more. */
export const SILENCE_MILLISECONDS_MAX = 40_000;

/**
 * Follows a stream of events over fetch (EventSource cannot send an Authorization header) and reconnects with growing
 * pauses until closed. A 404 ends it: what it follows is gone. A browser holds six connections to a server over all of
 * its tabs, so a page that nobody looks at gives its streams back and takes them up again when it is shown.
 * @param {string} path
 * @param {{
 *   onEvent: (event: string, data: object) => void,
 *   onState?: (state: 'connecting'|'live'|'offline', error?: Error) => void,
 *   mayRest?: () => boolean,
 * }} how `mayRest` says whether a hidden page can do without the stream; it can unless told otherwise.
 * @returns {{ close: () => void }}
 */
export function openStream(path, { onEvent, onState = () => {}, mayRest = () => true }) {
  const closed = new AbortController();
  follow(path, { onEvent, onState, isResting: () => document.hidden && mayRest() }, closed.signal);
  return { close: () => closed.abort() };
}

async function follow(path, { onEvent, onState, isResting }, closed) {
  let failures = 0;
  const onLive = () => {
    failures = 0;
    onState('live');
  };
  onState('connecting');
  for (;;) {
    while (isResting() && !closed.aborted) await pause(Infinity, closed);
    if (closed.aborted) return;
    const lost = await readOnce(path, { onEvent, onLive, isResting }, closed).catch(error => error);
    if (closed.aborted) return;
    if (isResting()) continue;
    // One lost connection is ordinary (a restart, a proxy's limit); only a failed return is worth a word.
    onState(failures === 0 && lost?.status === undefined ? 'connecting' : 'offline', lost);
    if (lost?.status === 404) return;
    await pause(retryMilliseconds(lost, failures), closed);
    if (closed.aborted) return;
    failures += 1;
  }
}

/** Doubles from the first to the longest pause; the last quarter is chance, so that many pages do not return at once. */
function retryMilliseconds(lost, failures) {
  if (lost?.status === 401 || lost?.status === 403) return Infinity;
  const delay = Math.min(RETRY_MILLISECONDS_MAX, RETRY_MILLISECONDS_FIRST * 2 ** failures);
  return delay * (0.75 + Math.random() * 0.25);
}

async function readOnce(path, { onEvent, onLive, isResting }, closed) {
  const attempt = new AbortController();
  const signal = AbortSignal.any([closed, attempt.signal]);
  const rest = () => {
    if (isResting()) attempt.abort();
  };
  document.addEventListener('visibilitychange', rest, { signal });
  try {
    const response = await request(path, { headers: { accept: 'text/event-stream' }, signal });
    onLive();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventStreamParser();
    for (;;) {
      const watchdog = setTimeout(() => attempt.abort(), SILENCE_MILLISECONDS_MAX);
      const { done, value } = await reader.read().finally(() => clearTimeout(watchdog));
      if (done) return;
      deliver(parser.push(value), onEvent, closed);
      rest();
    }
  } finally {
    // However the attempt ended, its connection goes back to the browser and its listener goes with it.
    attempt.abort();
  }
}

function deliver(events, onEvent, closed) {
  for (const { event, data } of events) {
    if (closed.aborted) return;
    const body = JSON.parse(data);
    // The server could not go on: its last words are a problem document.
    if (event === 'error') throw new ApiError(body.status, body);
    onEvent(event, body);
  }
}

/** Waits, or less when the network returns, the page is looked at again, or the key changed. */
function pause(milliseconds, closed) {
  return new Promise(resolve => {
    const timer = milliseconds === Infinity ? null : setTimeout(end, milliseconds);
    const unfollow = apiKey.changes(end);
    const wakers = [[window, 'online'], [document, 'visibilitychange'], [closed, 'abort']];
    for (const [target, event] of wakers) target.addEventListener(event, end);

    function end() {
      clearTimeout(timer);
      unfollow();
      for (const [target, event] of wakers) target.removeEventListener(event, end);
      resolve();
    }
  });
}
