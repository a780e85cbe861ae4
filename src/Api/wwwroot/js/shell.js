import { fill, h, icon, setProps, setText } from './dom.js';
import { connection } from './live/connection.js';
import { jobs } from './live/jobs.js';
import { connectionDot } from './components/connection-dot.js';
import { keyButton } from './components/key-dialog.js';
import { themeButton } from './components/theme-button.js';

const PRODUCT = 'OrleansDiffusion';

/** The frame around every page: tabs, counts, connection, theme and key, and the window's title. */
export function mountShell(routes) {
  const tabs = new Map(routes.map(route => [route.name, tab(route)]));
  document.getElementById('tabs').append(...tabs.values());
  const counts = h('span.counts');
  document.getElementById('tools').append(counts, connectionDot(), keyButton(), themeButton());
  document.querySelector('.skip-link').addEventListener('click', event => {
    event.preventDefault();
    document.getElementById('main').focus();
  });
  connection.follow(showBanner);

  let pageTitle = '';
  jobs.follow(() => showCounts(counts, pageTitle));
  return {
    show(name, title) {
      pageTitle = title;
      for (const [key, element] of tabs) setProps(element, { 'aria-current': key === name ? 'page' : null });
      showCounts(counts, pageTitle);
    },
  };
}

function tab({ path, label, iconName }) {
  return h('a.tab', { href: `#${path}` }, icon(iconName), h('span', {}, label));
}

function showCounts(element, pageTitle) {
  const parts = ['running', 'queued'].map(status => [jobs.count(status), status]).filter(([count]) => count > 0);
  const words = parts.map(([count, status]) => `${count} ${status}`).join(', ');
  setText(element, words);
  document.title = [words && `(${words})`, pageTitle, '·', PRODUCT].filter(Boolean).join(' ');
}

const BANNERS = {
  offline: 'The server does not answer. What you see may be old; trying again.',
  locked: 'This server needs an API key: use the key button above.',
};

function showBanner(state) {
  const words = BANNERS[state];
  fill(document.getElementById('banner'), words ? h('p.banner', {}, icon('alert'), words) : null);
}
