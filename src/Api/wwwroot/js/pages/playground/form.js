import { h } from '../../dom.js';
import { loadDraft, requestBody, saveDraft } from '../../draft.js';
import { setFieldError } from '../../components/field.js';
import { composer } from './composer.js';
import { options } from './options.js';
import { submitOnce } from './submission.js';

/**
 * The request in the making: kept in this browser, filled from the model's defaults, sent, and corrected field by field
 * when the server says what is wrong.
 */
export function playgroundForm({ onJob, lastSeed }) {
  const head = composer({ onSubmit: submit, onChange: keep });
  const side = options({ onModel: name => useModel(name, { keepValues: false }), lastSeed });
  const fields = { ...head.fields, ...side.fields };
  const element = h('form.playground-form', { novalidate: true, onsubmit: submitEvent, oninput: keep }, head.element, side.element);
  let models = [];
  let isSending = false;

  function keep(event) {
    const wrong = event?.target.closest('.field.is-wrong');
    if (wrong) setFieldError(wrong, null);
    saveDraft(read());
  }

  /** As long as the settings cannot be shown, those of before count. */
  const read = () => ({ ...(side.isReady() ? side.read() : loadDraft()), ...head.read() });

  function useModel(name, { keepValues }) {
    const model = models.find(entry => entry.id === name) ?? models[0];
    if (!model) return;
    const draft = keepValues ? loadDraft() : read();
    const facts = model.facts;
    const own = { width: facts.default_width, height: facts.default_height, steps: facts.default_steps, guidance: facts.default_guidance, sampler: facts.default_sampler };
    side.setFacts(facts);
    head.setModel(model.id);
    side.write({ ...draft, ...(keepValues ? onlyMissing(own, draft) : own), model: model.id });
    saveDraft(read());
  }

  function submitEvent(event) {
    event.preventDefault();
    submit();
  }

  async function submit() {
    if (isSending) return;
    showProblem(null);
    setSending(true);
    try {
      onJob(await submitOnce(requestBody(read())));
    } catch (error) {
      showProblem(error);
    } finally {
      setSending(false);
    }
  }

  function setSending(value) {
    isSending = value;
    head.setSending(value);
  }

  function showProblem(error) {
    for (const place of Object.values(fields)) setFieldError(place, null);
    const named = [...error?.fields ?? []];
    for (const [name, message] of named) if (fields[name]) setFieldError(fields[name], message);
    const isAllShown = named.length > 0 && named.every(([name]) => fields[name]);
    head.setFormError(error && !isAllShown ? problemWords(error) : null);
    if (named.some(([name]) => fields[name] && side.element.contains(fields[name]))) side.element.open = true;
    element.querySelector('[aria-invalid]')?.focus();
  }

  return {
    element,
    focus: head.focus,
    showRecall: side.showRecall,
    setModels(list) {
      models = list;
      side.setModels(list);
      useModel(loadDraft().model, { keepValues: true });
    },
    load() {
      head.write(loadDraft());
      useModel(loadDraft().model, { keepValues: true });
    },
  };
}

function onlyMissing(own, draft) {
  return Object.fromEntries(Object.entries(own).filter(([name]) => draft[name] === null || draft[name] === undefined));
}

function problemWords(error) {
  const again = error.retryAfterSeconds ? ` Try again in ${error.retryAfterSeconds} s.` : '';
  const unsent = error.name === 'UnreachableError' ? ' Nothing is lost: press Generate again when it is back.' : '';
  return `${error.message}${again}${unsent}`;
}
