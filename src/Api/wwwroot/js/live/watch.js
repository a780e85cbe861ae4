import { jobEventsPath } from '../api/client.js';
import { openStream } from '../api/stream.js';
import { jobs } from './jobs.js';

/**
 * Follows one job through its own events, which come faster than the feed and bring previews. What it hears goes into
 * the shared jobs; the preview goes to the caller.
 * @param {string} id
 * @param {{ onPreview?: (dataUrl: string) => void, onLost?: (error: Error) => void }} how
 * @returns {{ close: () => void }}
 */
export function watchJob(id, { onPreview = () => {}, onLost = () => {} } = {}) {
  const stream = openStream(jobEventsPath(id), {
    onEvent: (kind, event) => {
      if (event.job) jobs.put(event.job);
      else jobs.progress(id, event.status, event.progress);
      if (event.preview) onPreview(`data:image/png;base64,${event.preview}`);
      if (kind === 'done') stream.close();
    },
    onState: (_, error) => {
      if (error?.status === 404) onLost(error);
    },
  });
  return stream;
}
