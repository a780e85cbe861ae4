import { listModels } from '../../api/client.js';
import { h } from '../../dom.js';
import { draftOf, saveDraft } from '../../draft.js';
import { isFinal } from '../../job.js';
import { connection } from '../../live/connection.js';
import { jobs } from '../../live/jobs.js';
import { emptyState } from '../../components/empty-state.js';
import { WIDE_SCREEN } from '../../screen.js';
import { playgroundForm } from './form.js';
import { recent } from './recent.js';
import { stage } from './stage.js';

/** Prompt, settings, the picture in work, and the newest ones. */
export function mountPlayground(outlet) {
  let lastSeed = null;
  let hasModels = false;
  const form = playgroundForm({ onJob: showNew, lastSeed: () => lastSeed });
  const middle = stage({ onSeedKnown: keepSeed, onRetry: retry });
  const strip = recent({ onPick: pick, shownId: middle.shownId });
  const lookAgain = h('button.button', { type: 'button', onclick: () => loadModels('live') }, 'Look again');
  const noModel = h('div.card.no-model', { hidden: true }, emptyState('chip', 'No model yet', 'Add one on the server: od models add FOLDER or URL', lookAgain));
  outlet.append(h('h1.visually-hidden', {}, 'Playground'), form.element, noModel, middle.element, strip.element);
  form.load();
  form.showRecall();
  if (WIDE_SCREEN.matches) form.focus();
  const unfollowJobs = jobs.follow(attach);
  const unfollowConnection = connection.follow(loadModels);

  /** After a reload, goes on watching what is still in work, or shows what came last. */
  function attach() {
    if (middle.shownId()) return;
    const newest = jobs.all();
    const job = newest.find(candidate => !isFinal(candidate)) ?? newest[0];
    if (job) pick(job.id);
  }

  async function loadModels(state) {
    if (state === 'connecting' || hasModels) return;
    try {
      const models = await listModels();
      hasModels = models.length > 0;
      noModel.hidden = hasModels;
      form.setModels(models);
    } catch {
      // The banner says that the server is away; its return brings us here again.
    }
  }

  function showNew(job) {
    jobs.put(job);
    pick(job.id);
    if (!WIDE_SCREEN.matches) middle.element.scrollIntoView({ block: 'start' });
  }

  function pick(id) {
    middle.show(id);
    strip.update();
  }

  function retry(job) {
    saveDraft(draftOf(job));
    form.load();
    form.element.requestSubmit();
  }

  function keepSeed(seed) {
    lastSeed = seed;
    form.showRecall();
  }

  return {
    unmount() {
      unfollowJobs();
      unfollowConnection();
      middle.close();
      strip.close();
    },
  };
}
