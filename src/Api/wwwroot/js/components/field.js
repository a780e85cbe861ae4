import { h, setText } from '../dom.js';

/**
 * A control with its label and a place for what is wrong with it.
 * @param {{ id: string, label: string, control: Element, beside?: Element }} parts `control` is, or holds, the input
 * with that id.
 */
export function field({ id, label, control, beside = null }) {
  const error = h('p.field-error', { id: `${id}-error` });
  return h('div.field', { dataset: { field: id } }, h('div.field-head', {}, h('label.field-label', { for: id }, label), beside), control, error);
}

export function setFieldError(element, message) {
  setText(element.querySelector('.field-error'), message ?? '');
  element.classList.toggle('is-wrong', Boolean(message));
  for (const input of element.querySelectorAll('input, select, textarea')) {
    if (message) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  }
}

/** A slider for the usual range beside a number for any value. `read()` is null when the number is empty. */
export function numberField({ id, label, min, max, step }) {
  const slider = h('input.slider', { type: 'range', min, max, step, 'aria-label': `${label}, slider`, tabindex: '-1' });
  const number = h('input.number-input', { type: 'number', id, min, step: 'any', inputmode: 'decimal' });
  slider.addEventListener('input', () => { number.value = slider.value; });
  number.addEventListener('input', showOnSlider);
  return {
    element: field({ id, label, control: slider, beside: number }),
    read: () => (number.value === '' ? null : Number(number.value)),
    write(value) {
      number.value = value ?? '';
      showOnSlider();
    },
  };

  function showOnSlider() {
    slider.value = number.value === '' ? min : number.value;
    const share = (Number(slider.value) - min) / (max - min);
    slider.style.setProperty('--share', `${(share * 100).toFixed(1)}%`);
  }
}

export function selectField({ id, label }) {
  const select = h('select', { id });
  return {
    element: field({ id, label, control: select }),
    select,
    read: () => select.value || null,
    /** @param {string[] | Array<[string, string]>} options values, or values with their words. */
    setOptions(options) {
      select.replaceChildren(...options.map(option => {
        const [value, words] = Array.isArray(option) ? option : [option, option];
        return h('option', { value }, words);
      }));
    },
    write(value) {
      if (value && ![...select.options].some(option => option.value === value)) select.append(h('option', { value }, value));
      if (value) select.value = value;
    },
  };
}
