import { formatAge, formatSeconds } from './format.js';
import { h, setText } from './dom.js';

// One timer for every "5 s ago" and running duration on the page.
const TICK_MILLISECONDS = 1000;

/** "5 s ago", kept current. */
export function age(iso) {
  const element = h('time', { datetime: iso, title: new Date(iso).toLocaleString(), dataset: { clock: 'age' } });
  show(element, Date.now());
  return element;
}

/** Seconds since a moment, kept current until the element goes. */
export function elapsed(iso) {
  const element = h('time', { datetime: iso, dataset: { clock: 'elapsed' } });
  show(element, Date.now());
  return element;
}

export function startClock() {
  setInterval(() => {
    const now = Date.now();
    for (const element of document.querySelectorAll('time[data-clock]')) show(element, now);
  }, TICK_MILLISECONDS);
}

function show(element, now) {
  const iso = element.getAttribute('datetime');
  if (element.dataset.clock === 'age') return setText(element, formatAge(iso, now));
  return setText(element, formatSeconds(Math.max(0, Math.floor((now - Date.parse(iso)) / 1000))));
}
