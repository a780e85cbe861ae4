import { h, setText } from '../dom.js';
import { connection } from '../live/connection.js';

const WORDS = { live: 'Live', connecting: 'Connecting', offline: 'Offline', locked: 'Locked' };

export function connectionDot() {
  const words = h('span.connection-words');
  const dot = h('span.connection', { role: 'status' }, h('span.dot'), words);
  connection.follow(state => {
    dot.dataset.state = state;
    dot.title = `${WORDS[state]}: the stream of job events`;
    setText(words, WORDS[state]);
  });
  return dot;
}
