import { h } from './dom.js';
import { toast } from './components/toast.js';

/** Copies text and says so. Browsers hide the clipboard on plain http from other machines; then the old way serves. */
export async function copyText(text, what) {
  const isCopied = navigator.clipboard ? await copyNew(text) : copyOld(text);
  toast(isCopied ? `${what} copied.` : `${what} could not be copied.`, isCopied ? 'good' : 'bad');
}

function copyNew(text) {
  return navigator.clipboard.writeText(text).then(() => true, () => copyOld(text));
}

function copyOld(text) {
  const area = h('textarea.visually-hidden', { readonly: true, value: text });
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  return isCopied;
}
