import { h } from '../../dom.js';
import { numberField, selectField } from '../../components/field.js';
import { WIDE_SCREEN } from '../../screen.js';
import { seedField } from './seed-field.js';
import { sizeField } from './size-field.js';

/** Everything but the prompt. Choices follow the chosen model's facts; before these are known there is nothing to choose. */
export function options({ onModel, lastSeed }) {
  const parts = {
    model: selectField({ id: 'model', label: 'Model' }),
    size: sizeField(),
    steps: numberField({ id: 'steps', label: 'Steps', min: 1, max: 60, step: 1 }),
    guidance: numberField({ id: 'guidance', label: 'Guidance', min: 0, max: 15, step: 0.5 }),
    seed: seedField({ lastSeed }),
    count: numberField({ id: 'count', label: 'Pictures', min: 1, max: 16, step: 1 }),
    sampler: selectField({ id: 'sampler', label: 'Sampler' }),
    format: selectField({ id: 'format', label: 'Format' }),
    quality: numberField({ id: 'quality', label: 'Quality', min: 1, max: 100, step: 1 }),
  };
  parts.format.setOptions([['png', 'PNG'], ['jpeg', 'JPEG'], ['webp', 'WebP']]);
  parts.format.select.addEventListener('input', showQuality);
  parts.model.select.addEventListener('input', () => onModel(parts.model.read()));
  const summary = h('summary.options-summary', {}, h('h2', {}, 'Settings'));
  const choices = h('fieldset.options-fields', { disabled: true }, Object.values(parts).map(part => part.element));
  const element = h('details.card.options', { open: WIDE_SCREEN.matches }, summary, choices);

  function showQuality() {
    const isLossy = parts.format.read() !== 'png';
    parts.quality.element.hidden = !isLossy;
    if (isLossy && parts.quality.read() === null) parts.quality.write(90);
  }

  return {
    element,
    fields: { ...Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.element])), width: parts.size.element, height: parts.size.element },
    showRecall: parts.seed.showRecall,
    setModels: models => parts.model.setOptions(models.map(model => model.id)),
    isReady: () => !choices.disabled,
    setFacts(facts) {
      choices.disabled = false;
      parts.size.setFacts(facts);
      parts.sampler.setOptions(facts.samplers);
    },
    read() {
      const { size, ...single } = parts;
      return { ...Object.fromEntries(Object.entries(single).map(([name, part]) => [name, part.read()])), ...size.read() };
    },
    write(draft) {
      for (const [name, part] of Object.entries(parts)) part.write(name === 'size' ? draft : draft[name]);
      showQuality();
    },
  };
}
