import { FEED_PATH, getJob, listJobs } from '../api/client.js';
import { openStream } from '../api/stream.js';
import { isFinal } from '../job.js';
import { connection } from './connection.js';

export const JOBS_KEPT_MAX = 2000;
const FETCHES_AT_ONCE_MAX = 4;
const RECENT_COUNT = 50;
const NOTIFY_MILLISECONDS = 30;

/**
 * The jobs this page knows, kept current by the feed. Lists from the server are merged in; a job that the feed spoke
 * of after a list was asked for keeps what the feed said.
 */
class Jobs {
  #jobs = new Map();
  #heardAt = new Map();
  #listeners = new Set();
  #wanted = new Set();
  #fetching = 0;
  #notifyTimer = null;

  get = id => this.#jobs.get(id) ?? null;

  /** Newest first. */
  all() {
    return [...this.#jobs.values()].sort(newestFirst);
  }

  count(status) {
    let count = 0;
    for (const job of this.#jobs.values()) if (job.status === status) count += 1;
    return count;
  }

  follow(listener) {
    this.#listeners.add(listener);
    listener();
    return () => this.#listeners.delete(listener);
  }

  /** Starts the feed; every return of the connection reloads what may have been missed. */
  start() {
    openStream(FEED_PATH, {
      // While something is in work, a hidden page's title goes on counting.
      mayRest: () => this.count('queued') + this.count('running') === 0,
      onEvent: (_, item) => this.#hear(item),
      onState: (state, error) => {
        connection.value = error?.status === 401 || error?.status === 403 ? 'locked' : state;
        if (state === 'live') this.#reload();
      },
    });
  }

  async loadPage(query, signal) {
    const askedAt = performance.now();
    const page = await listJobs(query, signal);
    for (const job of page.jobs) this.put(job, askedAt);
    return page;
  }

  async load(id, signal) {
    const askedAt = performance.now();
    return this.put(await getJob(id, signal), askedAt);
  }

  /** Takes a whole job as the server told it at a moment; later news of the feed wins, and a final job never moves. */
  put(job, toldAt = performance.now()) {
    const known = this.#jobs.get(job.id);
    if (known && isFinal(known) && !isFinal(job)) return known;
    const isStale = known && !isFinal(job) && (this.#heardAt.get(job.id) ?? 0) > toldAt;
    this.#jobs.set(job.id, isStale ? { ...job, status: known.status, progress: known.progress } : job);
    this.#trim();
    this.#notify();
    return this.#jobs.get(job.id);
  }

  /** Takes progress from an event. A final state counts only with the whole job, which has its pictures and errors. */
  progress(id, status, progress) {
    const known = this.#jobs.get(id);
    if (!known || isFinal(known) || isFinal({ status })) return;
    this.#heardAt.set(id, performance.now());
    this.#jobs.set(id, { ...known, status, progress });
    this.#notify();
  }

  #hear({ id, status, progress }) {
    const known = this.#jobs.get(id);
    this.progress(id, status, progress);
    // What a feed item does not hold (the request, times, pictures) is fetched when it changed.
    if (!known || known.status !== status) this.#want(id);
  }

  #want(id) {
    this.#wanted.add(id);
    this.#fetchNext();
  }

  async #fetchNext() {
    if (this.#fetching >= FETCHES_AT_ONCE_MAX || this.#wanted.size === 0) return;
    const [id] = this.#wanted;
    this.#wanted.delete(id);
    this.#fetching += 1;
    // A job that cannot be fetched now comes with the next reload.
    await this.load(id).catch(() => null);
    this.#fetching -= 1;
    this.#fetchNext();
  }

  async #reload() {
    const pages = [{ limit: RECENT_COUNT }, { status: 'running', limit: RECENT_COUNT }, { status: 'queued', limit: RECENT_COUNT }];
    for (const job of this.#jobs.values()) if (!isFinal(job)) this.#want(job.id);
    // The feed's own connection state tells of failures; a page shows its list's error itself.
    await Promise.allSettled(pages.map(page => this.loadPage(page)));
  }

  #trim() {
    if (this.#jobs.size <= JOBS_KEPT_MAX) return;
    const oldest = this.all().findLast(isFinal);
    if (!oldest) return;
    this.#jobs.delete(oldest.id);
    this.#heardAt.delete(oldest.id);
  }

  #notify() {
    this.#notifyTimer ??= setTimeout(() => {
      this.#notifyTimer = null;
      for (const listener of [...this.#listeners]) listener();
    }, NOTIFY_MILLISECONDS);
  }
}

export function newestFirst(left, right) {
  return Date.parse(right.created_at) - Date.parse(left.created_at) || (left.id < right.id ? 1 : -1);
}

export const jobs = new Jobs();
