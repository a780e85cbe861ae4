import { age, elapsed } from '../../clock.js';
import { h } from '../../dom.js';
import { formatBytes } from '../../format.js';
import { meter } from '../../components/meter.js';
import { stateBadge } from '../../components/state-badge.js';

/** One node of the cluster and what it computes with. */
export function siloCard(silo) {
  return [
    h('header.card-head', {}, h('h3', {}, silo.host), stateBadge(silo.draining ? 'draining' : 'serving')),
    h('p.muted.number', {}, h('code', {}, silo.id), ' · up ', elapsed(silo.started_at), ` · process ${formatBytes(silo.process_bytes)} · heard `, age(silo.last_seen_at)),
    weightsHeld(silo.weights),
    h('ul.devices', { role: 'list' }, silo.devices.map(device => deviceItem(device, silo.replicas ?? []))),
  ];
}

/** What lies near its devices already; absent of a silo without a weights cache. */
function weightsHeld(weights) {
  if (!weights) return null;
  const bytesIn = (...tiers) => weights.held.filter(held => tiers.includes(held.tier)).reduce((sum, held) => sum + held.bytes, 0);
  const inMemory = weights.memory_bytes > 0 ? ` · ${formatBytes(bytesIn('memory'))} of ${formatBytes(weights.memory_bytes)} in memory` : '';
  return h('p.muted.number', {}, `weights ${formatBytes(bytesIn('disk', 'memory'))} of ${formatBytes(weights.disk_bytes)} on disk${inMemory}`);
}

function deviceItem(device, replicas) {
  const held = replicas.filter(replica => replica.device === device.id && replica.phase !== 'stopped');
  return h('li.device', {},
    h('div.device-head', {},
      h('span', { class: device.busy ? 'busy-dot is-busy' : 'busy-dot', role: 'img', 'aria-label': device.busy ? 'busy' : 'idle' }),
      h('strong', {}, device.id), h('span.muted', {}, `${device.provider} · ${device.name}`)),
    meter('Memory', device.reserved_bytes, device.memory_bytes, `${formatBytes(device.reserved_bytes)} of ${formatBytes(device.memory_bytes)}`),
    device.problem ? h('p.is-bad', { role: 'status' }, device.problem) : null,
    h('div.labels', {},
      held.map(replica => h('span.label.is-model', {}, replica.model)),
      Object.entries(device.labels ?? {}).map(([name, value]) => h('span.label', {}, `${name}=${value}`))));
}
