import { age } from '../../clock.js';
import { h } from '../../dom.js';
import { formatBytes, formatSeconds } from '../../format.js';
import { progressBar, setProgress } from '../../components/progress-bar.js';
import { stateBadge } from '../../components/state-badge.js';
import { waterfall } from '../../components/waterfall.js';

const COMING = new Set(['provisioning', 'fetching', 'loading', 'warming']);

/** What the parts of a load are called, where their own name does not say it well. */
const LOAD_PHASES = new Map([
  ['order', 'Order'],
  ['fetch', 'Fetch weights'],
  ['unet', 'UNet'],
  ['vae_decoder', 'VAE decoder'],
  ...['fetch', 'map', 'create', 'warm'].flatMap(part => [[`unet_${part}`, `UNet: ${part}`], [`vae_decoder_${part}`, `VAE decoder: ${part}`]]),
]);

/** @param {boolean} isOpen whether its load shows at first. */
export function replicaItem(replica, isOpen) {
  const isComing = COMING.has(replica.phase);
  return h('li.replica', {},
    h('div.replica-head', {},
      stateBadge(replica.active_jobs.length > 0 ? 'busy' : replica.phase),
      h('span.replica-place', {}, `${replica.silo} / ${replica.device}`),
      h('span.muted.number', {}, age(replica.since))),
    isComing ? loading(replica) : null,
    replica.message ? h('p.muted', {}, replica.message) : null,
    replica.active_jobs.length ? h('p.replica-jobs', {}, replica.active_jobs.map(id => h('a', { href: `#/jobs/${id}`, dataset: { memo: id } }, shortId(id)))) : null,
    speed(replica),
    replica.load_phases?.length ? load(replica, isOpen) : null);
}

function load({ id, load_phases: phases, load_seconds: seconds, loaded_weights: weights }, isOpen) {
  const words = seconds ? `Load took ${formatSeconds(seconds)}` : 'Load so far';
  return h('details.load', { open: isOpen, dataset: { memo: id } },
    h('summary', { dataset: { memo: `${id} load` } }, words),
    weights ? h('p.muted.number', {}, origins(weights)) : null,
    waterfall(phases, LOAD_PHASES));
}

/** Where a load's bytes were, and how fast those came that were not here. */
function origins({ cache_bytes: here, peer_bytes: silos, origin_bytes: origin, seconds }) {
  const parts = [[here, 'here'], [silos, 'from silos'], [origin, 'from the origin']]
    .filter(([bytes]) => bytes > 0)
    .map(([bytes, where]) => `${formatBytes(bytes)} ${where}`);
  const fetched = silos + origin;
  if (fetched > 0 && seconds > 0) parts.push(`${formatBytes(fetched / seconds)}/s`);
  return `Weights: ${parts.join(' · ') || 'none yet'}`;
}

function loading(replica) {
  const bar = progressBar(`Loading on ${replica.device}`);
  setProgress(bar, replica.progress ?? 0);
  return bar;
}

function speed({ step_seconds_per_megapixel: perMegapixel, free_slots: free }) {
  if (!perMegapixel) return null;
  return h('p.muted.number', {}, `${formatSeconds(perMegapixel)} a step and megapixel · ${free} free slot${free === 1 ? '' : 's'}`);
}

const shortId = id => `${id.slice(0, 4)}…${id.slice(-4)}`;
