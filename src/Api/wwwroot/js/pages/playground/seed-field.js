import { h, icon } from '../../dom.js';
import { field } from '../../components/field.js';

/** A seed, or none for a new one each time; with a dice, and the last picture's seed on demand. */
export function seedField({ lastSeed }) {
  const input = h('input.number-input', { type: 'text', id: 'seed', inputmode: 'numeric', placeholder: 'new each time', autocomplete: 'off' });
  const recall = button('recall', 'Recall the last seed', () => write(lastSeed()));
  const control = h('div.seed', {}, input,
    button('dice', 'Roll a seed', () => write(rollSeed())),
    recall,
    button('close', 'New seed each time', () => write(null)));

  function write(seed) {
    input.value = seed ?? '';
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }

  return {
    element: field({ id: 'seed', label: 'Seed', control }),
    read: () => (input.value.trim() === '' ? null : numberOrText(input.value.trim())),
    write,
    showRecall: () => { recall.disabled = lastSeed() === null; },
  };
}

/** What is no number goes to the server as it is, whose answer names the field. */
const numberOrText = text => (/^-?\d+$/.test(text) ? Number(text) : text);

const rollSeed = () => crypto.getRandomValues(new Uint32Array(1))[0];

function button(iconName, label, onclick) {
  return h('button.icon-button.bordered', { type: 'button', title: label, 'aria-label': label, onclick }, icon(iconName));
}
