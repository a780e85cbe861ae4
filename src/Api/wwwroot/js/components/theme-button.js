import { fill, h, icon } from '../dom.js';
import { loadSetting, saveSetting } from '../settings.js';

const THEMES = ['auto', 'light', 'dark'];
const ICONS = { auto: 'auto', light: 'sun', dark: 'moon' };

/** Steps through the system's theme, light and dark. theme-early.js applies the choice before the first paint. */
export function themeButton() {
  const button = h('button.icon-button', { type: 'button', onclick: () => show(THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length]) });
  show(theme());
  return button;

  function show(name) {
    saveSetting('theme', name === 'auto' ? null : name);
    if (name === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    button.title = `Theme: ${name}`;
    fill(button, icon(ICONS[name]), h('span.visually-hidden', {}, `Theme: ${name}`));
  }
}

function theme() {
  const saved = loadSetting('theme', 'auto');
  return THEMES.includes(saved) ? saved : 'auto';
}
