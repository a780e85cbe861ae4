import { cancelJob } from '../api/client.js';
import { h, icon } from '../dom.js';
import { draftOf, saveDraft } from '../draft.js';
import { jobs } from '../live/jobs.js';
import { go } from '../router.js';
import { toast } from './toast.js';

export function cancelButton(job) {
  const button = h('button.button.danger', { type: 'button', onclick: cancel }, icon('stop'), 'Cancel');
  return button;

  async function cancel() {
    button.disabled = true;
    try {
      jobs.put(await cancelJob(job.id));
    } catch (error) {
      button.disabled = false;
      toast(error.message, 'bad');
    }
  }
}

/** Fills the playground with what made a job, or one of its pictures. */
export function useSettings(job, artifact = null) {
  saveDraft(draftOf(job, artifact));
  go('');
}

export function useSettingsButton(job, { artifact = null, label = 'Start like this one', isQuiet = false } = {}) {
  return h('button', { class: isQuiet ? 'button quiet' : 'button', type: 'button', onclick: () => useSettings(job, artifact) }, icon('again'), label);
}
