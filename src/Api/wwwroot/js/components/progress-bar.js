import { h } from '../dom.js';

/** A bar of 0..1 with a name for screen readers. `setProgress(bar, null)` shows work of unknown length. */
export function progressBar(label) {
  return h('div.progress', { role: 'progressbar', 'aria-label': label, 'aria-valuemin': '0', 'aria-valuemax': '100' }, h('div.progress-fill'));
}

export function setProgress(bar, fraction) {
  bar.classList.toggle('is-unknown', fraction === null);
  if (fraction === null) return bar.removeAttribute('aria-valuenow');
  bar.firstElementChild.style.setProperty('inline-size', `${(fraction * 100).toFixed(1)}%`);
  return bar.setAttribute('aria-valuenow', Math.round(fraction * 100));
}
