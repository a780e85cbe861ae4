import { CLUSTER_EVENTS_PATH } from '../api/client.js';
import { openStream } from '../api/stream.js';
import { CallHistory } from './call-history.js';

/**
 * Follows the cluster while a page shows it.
 * @param {{ onCluster: (cluster: object, calls: CallHistory) => void, onError: (error: Error) => void }} how
 * @returns {{ close: () => void }}
 */
export function watchCluster({ onCluster, onError }) {
  const calls = new CallHistory();
  return openStream(CLUSTER_EVENTS_PATH, {
    onEvent: (_, cluster) => {
      calls.add(Date.parse(cluster.at), cluster.grains ?? []);
      onCluster(cluster, calls);
    },
    onState: (state, error) => {
      if (state === 'offline' && error) onError(error);
    },
  });
}
