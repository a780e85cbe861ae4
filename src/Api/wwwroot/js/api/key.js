import { loadSetting, saveSetting } from '../settings.js';
import { Signal } from '../signal.js';

/** The API key of this browser, or null. Sent as a bearer token; kept in local storage. */
export const apiKey = new Signal(loadSetting('apiKey', null));
apiKey.changes(key => saveSetting('apiKey', key));

let ask = async () => false;
let asking = null;
let declinedFor;

/** Whoever can ask a person for a key says so here: a function of the rejected key that resolves to "there is a new one". */
export function setKeyAsker(asker) {
  ask = asker;
}

/**
 * Asks once, however many requests were turned away at the same time, and not again after a no: whoever wants to give
 * a key later has a button for it.
 */
export function askForKey(rejectedKey) {
  if (apiKey.value !== rejectedKey) return Promise.resolve(true);
  if (declinedFor === rejectedKey) return Promise.resolve(false);
  asking ??= askOnce(rejectedKey).finally(() => { asking = null; });
  return asking;
}

async function askOnce(rejectedKey) {
  const isNew = await ask(rejectedKey);
  declinedFor = isNew ? undefined : rejectedKey;
  return isNew;
}
