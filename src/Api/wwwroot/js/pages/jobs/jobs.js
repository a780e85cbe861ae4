import { mountJob } from './job.js';
import { mountJobList } from './job-list.js';

/** `#/jobs` is the list, `#/jobs/ID` one job. */
export function mountJobs(outlet, [id]) {
  return id ? mountJob(outlet, id) : mountJobList(outlet);
}
