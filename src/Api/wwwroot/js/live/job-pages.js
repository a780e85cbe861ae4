import { jobs } from './jobs.js';

const PAGE_COUNT = 30;

/**
 * A list of jobs that grows downwards page by page and upwards by itself. Only what is newer than its last page shows:
 * an older job that another page happened to load would leave a gap.
 */
export class JobPages {
  #status;
  #cursor = null;
  #horizon = Infinity;
  #isEnd = false;
  #loading = null;

  /** @param {string | null} status only these, or all. */
  constructor(status = null) {
    this.#status = status;
  }

  get isEnd() {
    return this.#isEnd;
  }

  get isLoaded() {
    return this.#horizon !== Infinity || this.#isEnd;
  }

  items() {
    return jobs.all().filter(job => (this.#isEnd || Date.parse(job.created_at) >= this.#horizon) && (!this.#status || job.status === this.#status));
  }

  /** Loads the next page; several calls at once load one. */
  loadMore(signal) {
    if (this.#isEnd) return Promise.resolve();
    this.#loading ??= this.#load(signal).finally(() => { this.#loading = null; });
    return this.#loading;
  }

  async #load(signal) {
    const page = await jobs.loadPage({ status: this.#status, cursor: this.#cursor, limit: PAGE_COUNT }, signal);
    this.#cursor = page.next_cursor;
    this.#isEnd = !page.next_cursor;
    const oldest = page.jobs.at(-1);
    if (oldest) this.#horizon = Date.parse(oldest.created_at);
  }
}
