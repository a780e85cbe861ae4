import { fill, h, refill } from '../../dom.js';
import { reconcile } from '../../keyed.js';
import { watchCluster } from '../../live/cluster.js';
import { connection } from '../../live/connection.js';
import { errorState } from '../../components/empty-state.js';
import { clusterTiles } from './tiles.js';
import { grainTable } from './grains.js';
import { poolCard } from './pool-card.js';
import { siloCard } from './silo-card.js';

const shown = new WeakMap();

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
    showCards(pools, cluster.pools, pool => pool.model, poolCard);
    showCards(silos, cluster.silos, silo => silo.id, siloCard);
    fill(grains, grainTable(cluster.grains, calls, Date.parse(cluster.at)));
  }

  return { unmount: () => watch.close() };
}

/** Each card stays where it is and fills itself anew, when what it shows has changed. */
function showCards(container, items, key, render) {
  reconcile(container, items, {
    key,
    create: () => h('article.card'),
    update(card, item) {
      const text = JSON.stringify(item);
      if (shown.get(card) !== text) refill(card, render(item));
      shown.set(card, text);
    },
  });
}
