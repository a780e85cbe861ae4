import { h, icon, setText } from '../../dom.js';
import { field, setFieldError } from '../../components/field.js';

/** Prompts that the demo model draws well, and some for models of the big families. */
const EXAMPLES = {
  emoji: ['a red apple', 'a cat face', 'a rocket on a purple background', 'a blue butterfly', 'a sunflower', 'a robot', 'a birthday cake', 'a green dragon'],
  other: ['a lighthouse at dawn, watercolour', 'a cosy reading corner, warm light', 'a fox in fresh snow, 35mm photo', 'an isometric greenhouse'],
};

/** The prompt, what to leave out, examples, and the button that matters. */
export function composer({ onSubmit, onChange }) {
  const prompt = h('textarea.prompt', { id: 'prompt', rows: '1', placeholder: 'Describe a picture…', spellcheck: 'true', maxlength: '20000' });
  const negative = h('input', { type: 'text', id: 'negative_prompt', placeholder: 'What to leave out (optional)', autocomplete: 'off' });
  const chips = h('div.chips', { role: 'group', 'aria-label': 'Example prompts' });
  const words = h('span', {}, 'Generate');
  const generate = h('button.button.primary.generate', { type: 'submit' }, icon('spark'), words, h('kbd', { 'aria-hidden': 'true' }, 'Ctrl ↵'));
  const formError = h('p.form-error', { role: 'alert', hidden: true });
  const fields = {
    prompt: field({ id: 'prompt', label: 'Prompt', control: prompt }),
    negative_prompt: field({ id: 'negative_prompt', label: 'Negative prompt', control: negative }),
  };
  fields.negative_prompt.classList.add('is-inline');
  const element = h('section.card.composer', { 'aria-label': 'Request' },
    fields.prompt, fields.negative_prompt, h('div.composer-foot', {}, chips, generate), formError);
  element.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSubmit();
  });

  return {
    element,
    fields,
    focus: () => prompt.focus(),
    read: () => ({ prompt: prompt.value, negative_prompt: negative.value }),
    write(draft) {
      prompt.value = draft.prompt ?? '';
      negative.value = draft.negative_prompt ?? '';
    },
    setModel(model) {
      chips.replaceChildren(...(EXAMPLES[model] ?? EXAMPLES.other).map(example => h('button.chip', { type: 'button', onclick: () => use(example) }, example)));
    },
    setSending(isSending) {
      generate.disabled = isSending;
      setText(words, isSending ? 'Sending…' : 'Generate');
    },
    setFormError(message) {
      setText(formError, message ?? '');
      formError.hidden = !message;
    },
  };

  function use(example) {
    prompt.value = example;
    setFieldError(fields.prompt, null);
    prompt.focus();
    onChange();
  }
}
