import { h } from '../dom.js';

/** Loads the next page when it comes into view, and by hand for those who do not scroll. */
export function moreButton(onMore) {
  const element = h('div.more', { hidden: true }, h('button.button', { type: 'button', onclick: onMore }, 'Load more'));
  const observer = new IntersectionObserver(entries => {
    if (entries.some(entry => entry.isIntersecting)) onMore();
  }, { rootMargin: '400px' });

  return {
    element,
    /**
     * Observing anew reports what is in view already, so a short page goes on loading until the screen is full. After a
     * failure only the person asks again.
     */
    show(isMore, hasFailed) {
      element.hidden = !isMore;
      observer.disconnect();
      if (isMore && !hasFailed) observer.observe(element);
    },
    close: () => observer.disconnect(),
  };
}
