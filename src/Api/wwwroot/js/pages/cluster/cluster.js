import { fill, h, refill } from '../../dom.js';
import { reconcile } from '../../keyed.js';
import { watchCluster } from '../../live/cluster.js';
import { connection } from '../../live/connection.js';
import { errorState } from '../../components/empty-state.js';
import { clusterTiles } from './tiles.js';
import { grainTable } from './grains.js';
import { policyForm } from './policy-form.js';
import { poolCard } from './pool-card.js';
import { siloCard } from './silo-card.js';

const parts = new WeakMap();

/** Pools and their standby, silos and their devices, grains and their calls; live. */
export function mountCluster(outlet) {
  const note = h('div', {}, h('p.loading', {}, 'Loading…'));
  const engine = h('p.muted.engine');
  const tiles = h('div.tiles');
  const pools = h('div.card-grid');
  const silos = h('div.card-grid');
  const grains = h('div.card.table-card');
  const content = h('div.cluster', { hidden: true }, tiles,
    h('section', {}, h('h2.section-title', {}, 'Pools'), pools),
    h('section', {}, h('h2.section-title', {}, 'Silos'), silos),
    h('section', {}, h('h2.section-title', {}, 'Grains'), grains));
  outlet.append(h('div.page-head', {}, h('h1', {}, 'Cluster'), engine), note, content);
  let watch = open();

  function open() {
    return watchCluster({ onCluster: show, onError: error => { if (content.hidden) fill(note, errorState(error, reopen)); } });
  }

  function reopen() {
    watch.close();
    watch = open();
  }

  function show(cluster, calls) {
    fill(note);
    content.hidden = false;
    content.classList.toggle('is-old', connection.value === 'offline');
    engine.textContent = `version ${cluster.version}, on ${cluster.engine}`;
    fill(tiles, clusterTiles(cluster));
    showCards(pools, cluster.pools, pool => pool.model, poolCard, policyForm);
    showCards(silos, cluster.silos, silo => silo.id, siloCard);
    fill(grains, grainTable(cluster.grains, calls, Date.parse(cluster.at)));
  }

  return { unmount: () => watch.close() };
}

/** Each card stays where it is and fills itself anew, when what it shows has changed; what stands below that is left alone. */
function showCards(container, items, key, render, below = null) {
  reconcile(container, items, {
    key,
    create(item) {
      const part = { live: h('div'), below: below?.(item) };
      const card = h('article.card', {}, part.live, part.below?.element);
      parts.set(card, part);
      return card;
    },
    update(card, item) {
      const part = parts.get(card);
      const text = JSON.stringify(item);
      if (part.text !== text) refill(part.live, render(item));
      part.text = text;
      part.below?.update(item);
    },
  });
}
