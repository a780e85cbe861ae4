import { h } from '../../dom.js';
import { formatBytes } from '../../format.js';

/** The cluster in six numbers. */
export function clusterTiles({ silos, pools }) {
  const devices = silos.flatMap(silo => silo.devices);
  const replicas = pools.flatMap(pool => pool.replicas);
  const sum = (list, name) => list.reduce((total, item) => total + (item[name] ?? 0), 0);
  const busy = devices.filter(device => device.busy).length;
  const ready = replicas.filter(replica => replica.phase === 'ready').length;
  const missing = pools.reduce((total, pool) => total + Math.max(0, pool.standby_target - pool.standby), 0);
  return [
    tile('Silos', silos.length, silos.some(silo => silo.draining) ? `${silos.filter(silo => silo.draining).length} draining` : 'all serving'),
    tile('Devices', devices.length, `${busy} busy`),
    tile('Memory reserved', formatBytes(sum(devices, 'reserved_bytes')), `of ${formatBytes(sum(devices, 'memory_bytes'))}`),
    tile('Replicas ready', ready, `of ${replicas.length}`),
    tile('Standby', missing === 0 ? 'complete' : `${missing} missing`, `target ${sum(pools, 'standby_target')}`, missing > 0),
    tile('Jobs', sum(pools, 'running'), `running · ${sum(pools, 'queued')} queued`),
  ];
}

function tile(label, value, note, isAmber = false) {
  return h('div.card.tile-number', {},
    h('span.tile-label', {}, label),
    h('span', { class: `tile-value number ${isAmber ? 'is-amber' : ''}`.trim() }, value),
    h('span.muted.number', {}, note));
}
