import { h, icon } from '../dom.js';

/** What a page shows when there is nothing to show, and what to do about it. */
export function emptyState(iconName, title, text, ...actions) {
  return h('div.empty', {}, h('span.empty-icon', {}, icon(iconName)), h('h2', {}, title), h('p.muted', {}, text),
    actions.length ? h('div.empty-actions', {}, actions) : null);
}

/** Why something could not be had, and a way to try again. */
export function errorState(error, onRetry) {
  const title = error.name === 'UnreachableError' ? 'The server does not answer' : error.title ?? 'That did not work';
  const detail = error.name === 'UnreachableError' ? 'Is it running? This page tries again by itself when it returns.' : error.message;
  return emptyState('alert', title, detail, h('button.button', { type: 'button', onclick: onRetry }, 'Try again'));
}
