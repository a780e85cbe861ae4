import { h, icon } from '../dom.js';

/** A button that opens a short list of actions. @param {Array<[string, () => void]>} items label and action. */
export function menu(label, iconName, items) {
  const details = h('details.menu', {},
    h('summary.button', {}, icon(iconName), label, icon('down')),
    h('div.menu-list', { role: 'group', 'aria-label': label }, items.map(([text, action]) =>
      h('button.menu-item', { type: 'button', onclick: () => { close(); action(); } }, text))));
  details.addEventListener('toggle', () => {
    const listen = details.open ? 'addEventListener' : 'removeEventListener';
    document[listen]('click', closeOutside);
  });
  details.addEventListener('keydown', event => {
    if (event.key === 'Escape') close();
  });
  return details;

  function close() {
    details.open = false;
    details.querySelector('summary').focus();
  }

  function closeOutside(event) {
    if (!details.contains(event.target)) details.open = false;
  }
}
