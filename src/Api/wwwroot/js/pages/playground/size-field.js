import { h } from '../../dom.js';
import { field } from '../../components/field.js';
import { shapeWord, sizesOf } from './sizes.js';

const CUSTOM = 'custom';

/** Sizes of the model to choose from, or two numbers. */
export function sizeField() {
  const select = h('select', { id: 'size', oninput: showCustom });
  const width = side('width', 'Width in pixels');
  const height = side('height', 'Height in pixels');
  const custom = h('div.size-custom', { hidden: true }, width, h('span', { 'aria-hidden': 'true' }, '×'), height);
  const element = field({ id: 'size', label: 'Size', control: h('div.stack-tight', {}, select, custom) });

  function showCustom() {
    custom.hidden = select.value !== CUSTOM;
    if (!custom.hidden) return;
    [width.value, height.value] = select.value.split('x');
  }

  return {
    element,
    setFacts(facts) {
      const options = sizesOf(facts).map(size => h('option', { value: size.join('x') }, `${size.join(' × ')} ${shapeWord(size)}`));
      select.replaceChildren(...options, h('option', { value: CUSTOM }, 'Other…'));
      for (const input of [width, height]) {
        input.step = facts.side_multiple;
        input.min = facts.side_min;
        input.max = facts.side_max;
      }
      showCustom();
    },
    read: () => ({ width: numberOf(width), height: numberOf(height) }),
    write(size) {
      const value = `${size.width}x${size.height}`;
      select.value = [...select.options].some(option => option.value === value) ? value : CUSTOM;
      width.value = size.width ?? '';
      height.value = size.height ?? '';
      custom.hidden = select.value !== CUSTOM;
    },
  };
}

const side = (id, label) => h('input.number-input', { type: 'number', id, 'aria-label': label, inputmode: 'numeric' });

const numberOf = input => (input.value === '' ? null : Number(input.value));
