import { h, icon } from '../dom.js';
import { loadSetting, saveSetting } from '../settings.js';

let isCrisp = loadSetting('crispPixels', false);
document.documentElement.classList.toggle('is-crisp', isCrisp);

/** Switches small pictures between smooth enlargement and crisp pixels, on every page. */
export function pixelsButton() {
  const button = h('button.icon-button', { type: 'button', onclick: toggle }, icon('pixels'), h('span.visually-hidden', {}, 'Crisp pixels'));
  show(button);
  return button;
}

function toggle({ currentTarget }) {
  isCrisp = !isCrisp;
  saveSetting('crispPixels', isCrisp);
  document.documentElement.classList.toggle('is-crisp', isCrisp);
  show(currentTarget);
}

function show(button) {
  button.setAttribute('aria-pressed', String(isCrisp));
  button.title = isCrisp ? 'Small pictures show their pixels: smooth them' : 'Small pictures are smoothed: show their pixels';
}
