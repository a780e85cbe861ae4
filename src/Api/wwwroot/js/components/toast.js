import { h, icon } from '../dom.js';

const SHOWN_MILLISECONDS = 4000;
const ICONS = { good: 'check', bad: 'alert' };

/** A short word at the edge of the screen that goes by itself. Not for anything that must be read. */
export function toast(text, kind = 'good') {
  const element = h(`div.toast.toast-${kind}`, {}, icon(ICONS[kind]), text);
  document.getElementById('toasts').append(element);
  setTimeout(() => element.remove(), SHOWN_MILLISECONDS);
}
