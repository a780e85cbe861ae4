import { age } from '../../clock.js';
import { h, icon } from '../../dom.js';
import { formatBytes, formatSeconds } from '../../format.js';
import { replicaItem } from './replica-item.js';

/** One model's pool: standby against target first, since that is the promise it keeps. */
export function poolCard(pool) {
  return [
    h('header.card-head', {}, h('h3', {}, pool.model), h('span.muted.policy', {}, policyWords(pool.policy))),
    h('div.pool-body', {},
      h('div', {}, standby(pool), h('dl.figures', {},
        figure('Queued', pool.queued),
        figure('Running', pool.running),
        figure('Replicas', `${pool.replicas.length} of ${pool.desired}`, 'there are, of those wanted'),
        weightsAhead(pool.weights))),
      replicaList(pool.replicas)),
    evictions(pool),
  ];
}

/** The third depth of standby: silos that could load the model without fetching it. Absent while no silo has its import. */
function weightsAhead(weights) {
  if (!weights) return null;
  const inMemory = weights.in_memory > 0 ? `, ${weights.in_memory} in memory` : '';
  return figure('Weights ahead', `${weights.on_disk} of ${weights.target}${inMemory}`,
    `silos without a replica that hold its ${formatBytes(weights.bytes)} on their disks, of those that shall`);
}

/** Who left for whom: the answer to "it was loaded a minute ago, where is it?" */
function evictions({ model, evictions: left = [] }) {
  if (left.length === 0) return null;
  return h('details.load', { dataset: { memo: `${model} evictions` } },
    h('summary', {}, `${left.length === 1 ? '1 replica' : `${left.length} replicas`} left for other models, the last `, age(left[0].at)),
    h('ul.evictions', { role: 'list' }, left.map(eviction => h('li.muted', {}, `${eviction.device} to ${eviction.for_model} · `, age(eviction.at)))));
}

function replicaList(replicas) {
  if (replicas.length === 0) return h('p.muted', {}, 'No replica on any device.');
  return h('ul.replicas', { role: 'list' }, replicas.map(replica => replicaItem(replica, replicas.length === 1)));
}

function standby({ standby: have, standby_target: target, deficit_reason: reason, deficit_seconds: seconds }) {
  const isShort = have < target;
  const slots = Array.from({ length: Math.max(have, target) }, (_, index) => h('span.slot', { dataset: { slot: slotKind(index, have, target) } }));
  return h('div', { class: isShort ? 'standby is-short' : 'standby' },
    h('div.standby-line', {}, h('span.standby-label', {}, 'Standby'), h('span.slots', { 'aria-hidden': 'true' }, slots), h('span.number', {}, `${have} of ${target}`)),
    isShort ? h('p.standby-reason', {}, icon('alert'), h('span', {}, [reason ?? 'refilling', seconds > 0 ? `for ${formatSeconds(seconds)}` : ''].filter(Boolean).join(', '))) : null);
}

function slotKind(index, have, target) {
  if (index >= have) return 'missing';
  return index < target ? 'filled' : 'extra';
}

function figure(label, value, title = null) {
  return h('div.figure', { title }, h('dt', {}, label), h('dd.number', {}, value));
}

function policyWords(policy) {
  if (!policy) return '';
  const { min, max, step, keep_alive_seconds: keepAlive, keep_alive_quantile: quantile = 0, batch_max: batch, needs } = policy;
  const labels = Object.entries(needs?.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  return [
    `min ${min}`, `max ${max}`, `step ${step}`, policy.standby_lapses ? 'standby lapses' : '',
    Number.isInteger(policy.weights_standby) ? `weights ahead on ${policy.weights_standby}` : '', batch > 1 ? `batch ${batch}` : '',
    quantile > 0 ? `keep as its gaps justify, else up to ${formatSeconds(keepAlive)}` : `keep ${formatSeconds(keepAlive)}`,
    needs?.provider ? `only ${needs.provider}` : '', ...labels, ...(policy.schedules ?? []).map(scheduleWords),
  ].filter(Boolean).join(' · ');
}

function scheduleWords({ days, from, to, zone, min, standby }) {
  const counts = [min === null ? '' : `min ${min}`, standby === null ? '' : `standby ${standby}`].filter(Boolean).join(', ');
  return `${days.join(', ')} ${from}–${to} ${zone}: ${counts}`;
}
