import { fill, h, icon, setText } from '../../dom.js';
import { jobs } from '../../live/jobs.js';
import { go } from '../../router.js';
import { lightboxSide } from './lightbox-side.js';
import { picture } from '../../components/picture.js';
import { pixelsButton } from '../../components/pixels-button.js';

const NEAR_END_COUNT = 6;

/**
 * One picture over the page, with what made it. The address says which, so that it can be shared and "back" closes it.
 * @param {{ pictures: () => Array<{ job, artifact }>, onNearEnd: () => void }} source newest first.
 */
export function lightbox({ pictures, onNearEnd }) {
  let address = null;
  let shownKey = null;
  const frame = h('div.lightbox-frame');
  const side = h('div.lightbox-side');
  const place = h('span.muted.number');
  const previous = arrow('back', 'Newer picture', -1);
  const next = arrow('forward', 'Older picture', 1);
  const close = h('button.icon-button.lightbox-close', { type: 'button', 'aria-label': 'Close', onclick: () => go('gallery') }, icon('close'));
  const element = h('dialog.lightbox', { 'aria-label': 'Picture', onkeydown: onKey, onclose: leave },
    h('div.lightbox-stage', {}, previous, frame, next), h('div.lightbox-panel', {}, h('div.lightbox-top', {}, place, h('span.spacer'), pixelsButton(), close), side));

  function arrow(iconName, label, by) {
    return h('button.icon-button.bordered.arrow', { type: 'button', 'aria-label': label, onclick: () => move(by) }, icon(iconName));
  }

  /** Closed by the person, with Escape say: the address follows. */
  function leave() {
    if (address) go('gallery');
  }

  function onKey(event) {
    if (event.key === 'ArrowLeft') move(-1);
    if (event.key === 'ArrowRight') move(1);
  }

  const indexOf = (list, [id, index]) => list.findIndex(({ job, artifact }) => job.id === id && String(artifact.index) === index);

  function move(by) {
    const list = pictures();
    const target = list[indexOf(list, address) + by];
    if (!target) return;
    // Shown at once: a second key press must not wait for the address to change.
    show([target.job.id, String(target.artifact.index)]);
    go('gallery', ...address);
  }

  function show(rest) {
    address = rest.length === 2 ? rest : null;
    if (address && !jobs.get(address[0])) jobs.load(address[0]).catch(() => go('gallery'));
    update();
    const list = pictures();
    if (address && indexOf(list, address) > list.length - NEAR_END_COUNT) onNearEnd();
  }

  function update() {
    const job = address && jobs.get(address[0]);
    const artifact = job?.artifacts.find(each => String(each.index) === address[1]);
    if (!artifact) return hide();
    const list = pictures();
    const index = indexOf(list, address);
    previous.disabled = index <= 0;
    next.disabled = index < 0 || index === list.length - 1;
    setText(place, index < 0 ? '' : `${index + 1} of ${list.length}`);
    return showPicture(job, artifact);
  }

  function showPicture(job, artifact) {
    if (!element.open) element.showModal();
    const key = address.join('/');
    if (shownKey === key) return;
    shownKey = key;
    fill(frame, picture(artifact, job.request.prompt, { isLazy: false }));
    frame.style.setProperty('--aspect', artifact.width / artifact.height);
    fill(side, lightboxSide(job, artifact));
  }

  function hide() {
    shownKey = null;
    if (element.open) element.close();
  }

  return { element, show, update, close: () => show([]) };
}
