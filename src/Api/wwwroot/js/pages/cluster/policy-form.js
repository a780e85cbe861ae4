import { setPolicy } from '../../api/client.js';
import { h } from '../../dom.js';
import { field, setFieldError } from '../../components/field.js';
import { toast } from '../../components/toast.js';

/**
 * Changes how many replicas a pool has and where. The policy is put as a whole: what the form does not show goes back as
 * the cluster showed it last. What is left empty is as by default. Stays as it is while the card above it moves.
 */
export function policyForm({ model }) {
  let shown = {};
  const control = name => `policy-${model}-${name}`;
  const number = (name, label, placeholder) => text(control(name), label, placeholder, 'decimal');
  const fields = {
    min: number('min', 'Min', '1'),
    max: number('max', 'Max', '64'),
    step: number('step', 'Step', '1'),
    standby: number('standby', 'Standby', 'as step'),
    weights_standby: number('weights-standby', 'Weights ahead', 'as standby'),
    keep_alive_seconds: number('keep-alive', 'Keep alive, seconds', '600'),
    provider: choice(control('provider'), 'Provider', [['', 'any'], ['cpu', 'cpu'], ['cuda', 'cuda']]),
    labels: lines(control('labels'), 'Labels, one a line', 'gpu=h100'),
  };
  const formError = h('p.form-error', { role: 'alert', hidden: true });
  const save = h('button.button.primary', { type: 'submit' }, 'Save');
  const cancel = h('button.button', { type: 'button', onclick: close }, 'Cancel');
  const form = h('form.policy-form', { novalidate: true, onsubmit: submit, oninput: forget, 'aria-label': `Policy of ${model}` },
    h('div.policy-fields', {}, Object.values(fields).map(each => each.element)), formError, h('div.actions', {}, save, cancel));
  const summary = h('summary', {}, 'Change the policy');
  const element = h('details.policy-edit', { ontoggle: () => { if (element.open) write(); } }, summary, form);

  function write() {
    for (const name of ['min', 'max', 'step', 'standby', 'weights_standby', 'keep_alive_seconds']) fields[name].input.value = shown[name] ?? '';
    fields.provider.input.value = shown.needs?.provider ?? '';
    fields.labels.input.value = Object.entries(shown.needs?.labels ?? {}).map(([name, value]) => `${name}=${value}`).join('\n');
    showProblems(new Map());
  }

  function read() {
    const value = name => numberOrText(fields[name].input.value.trim());
    return {
      ...shown,
      min: value('min'), max: value('max'), step: value('step'), standby: value('standby'), weights_standby: value('weights_standby'),
      keep_alive_seconds: value('keep_alive_seconds'),
      needs: { provider: fields.provider.input.value || null, labels: readLabels(fields.labels.input.value) },
    };
  }

  async function submit(event) {
    event.preventDefault();
    if (save.disabled) return;
    const wrong = labelParts(fields.labels.input.value).find(part => !part.includes('='));
    if (wrong) {
      showProblems(new Map([['needs.labels', `must each be name=value; "${wrong}" is not.`]]));
      return;
    }
    save.disabled = true;
    try {
      const policy = read();
      await setPolicy(model, policy);
      shown = policy;
      toast(`The policy of ${model} is changed.`);
      close();
    } catch (error) {
      showProblems(error.fields ?? new Map(), error.message);
    } finally {
      save.disabled = false;
    }
  }

  function showProblems(problems, message = null) {
    const places = [...problems].map(([name, text]) => [fields[fieldOf(name)], name, text]);
    for (const each of Object.values(fields)) setFieldError(each.element, null);
    for (const [place, , text] of places) if (place) setFieldError(place.element, text);
    const others = places.filter(([place]) => !place).map(([, name, text]) => `${name}: ${text}`);
    formError.textContent = others.length ? others.join(' ') : message ?? '';
    formError.hidden = others.length === 0 && (message === null || places.length > 0);
    form.querySelector('[aria-invalid]')?.focus();
  }

  function close() {
    element.open = false;
    summary.focus();
  }

  return { element, update: pool => { shown = pool.policy; } };
}

/** A corrected field loses its error. */
function forget(event) {
  const wrong = event.target.closest('.field.is-wrong');
  if (wrong) setFieldError(wrong, null);
}

function text(id, label, placeholder, inputmode = 'text') {
  const input = h('input', { id, type: 'text', inputmode, placeholder, autocomplete: 'off', spellcheck: 'false' });
  return { input, element: field({ id, label, control: input }) };
}

function lines(id, label, placeholder) {
  const input = h('textarea', { id, rows: '2', placeholder, spellcheck: 'false' });
  return { input, element: field({ id, label, control: input }) };
}

function choice(id, label, options) {
  const input = h('select', { id }, options.map(([value, words]) => h('option', { value }, words)));
  return { input, element: field({ id, label, control: input }) };
}

/** The API's name of a field: needs.labels.gpu is one of the labels. */
const fieldOf = name => (name.startsWith('needs.') ? name.split('.')[1] : name);

/** What is no number goes to the server as it is, whose answer names the field. */
function numberOrText(written) {
  if (written === '') return null;
  return Number.isFinite(Number(written)) ? Number(written) : written;
}

const labelParts = written => written.split('\n').map(part => part.trim()).filter(Boolean);

function readLabels(written) {
  return Object.fromEntries(labelParts(written).map(part => [part.slice(0, part.indexOf('=')).trim(), part.slice(part.indexOf('=') + 1).trim()]));
}
