import { fill, h, icon } from '../dom.js';
import { apiKey, setKeyAsker } from '../api/key.js';

let answer = null;

/** A button that shows whether a key is set, and the dialog that asks for one when the server wants it. */
export function keyButton() {
  const dialog = keyDialog();
  const button = h('button.icon-button', { type: 'button', title: 'API key', onclick: () => dialog.open('') });
  apiKey.follow(key => {
    fill(button, icon('key'), h('span.visually-hidden', {}, key ? 'API key (set)' : 'API key (none)'));
    button.classList.toggle('is-set', key !== null);
  });
  setKeyAsker(rejected => dialog.open(rejected ? 'The server does not accept this key.' : 'This server needs an API key.'));
  return button;
}

function keyDialog() {
  const input = h('input', { type: 'password', id: 'api-key', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'api-key-note' });
  const reason = h('p.field-error', { id: 'api-key-note', role: 'alert' });
  const form = h('form.dialog-body', { method: 'dialog', onsubmit: () => finish(input.value.trim() || null) },
    h('h2', {}, 'API key'),
    h('p.muted', {}, 'Sent as a bearer token with every request, and kept in this browser only.'),
    h('label.field-label', { for: 'api-key' }, 'Key'), input, reason,
    h('div.dialog-actions', {},
      h('button.button', { type: 'button', onclick: () => finish(null) }, 'Forget key'),
      h('span.spacer'),
      h('button.button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'),
      h('button.button.primary', { type: 'submit' }, 'Use this key')));
  const dialog = h('dialog.dialog', { 'aria-label': 'API key', onclose: () => settle(false) }, form);
  document.body.append(dialog);

  function finish(key) {
    apiKey.value = key;
    settle(key !== null);
    dialog.close();
  }

  function open(text) {
    reason.textContent = text;
    input.value = apiKey.value ?? '';
    dialog.showModal();
    input.focus();
    return new Promise(resolve => { answer = resolve; });
  }

  return { open };
}

function settle(isNew) {
  answer?.(isNew);
  answer = null;
}
