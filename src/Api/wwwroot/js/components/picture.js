import { getPicture } from '../api/client.js';
import { apiKey } from '../api/key.js';
import { h } from '../dom.js';

/** Pictures this small are worth seeing pixel by pixel, when the person wants to. */
export const PIXEL_SIDE_MAX = 128;
const ADDRESSES_KEPT_MAX = 200;
const addresses = new Map();

/** A finished picture. With an API key it is fetched, since an img element cannot send one. */
export function picture(artifact, alt, { isLazy = true } = {}) {
  const image = h('img.picture', { alt, width: artifact.width, height: artifact.height, decoding: 'async', loading: isLazy ? 'lazy' : 'eager' });
  image.classList.toggle('is-small', Math.max(artifact.width, artifact.height) <= PIXEL_SIDE_MAX);
  image.addEventListener('error', () => image.classList.add('is-broken'));
  pictureAddress(artifact).then(address => { image.src = address; }, () => image.classList.add('is-broken'));
  return image;
}

/** Where the file can be read from by an img or a link, key or not. */
export function pictureAddress(artifact) {
  if (apiKey.value === null) return Promise.resolve(artifact.url);
  let address = addresses.get(artifact.id);
  if (!address) {
    address = getPicture(artifact.url).then(blob => URL.createObjectURL(blob));
    address.catch(() => addresses.delete(artifact.id));
    addresses.set(artifact.id, address);
    forgetOldest();
  }
  return address;
}

function forgetOldest() {
  if (addresses.size <= ADDRESSES_KEPT_MAX) return;
  const [id, address] = addresses.entries().next().value;
  addresses.delete(id);
  address.then(URL.revokeObjectURL, () => {});
}

/** Saves the file under a name that says what it is. */
export async function downloadPicture(artifact, name) {
  const link = h('a', { href: await pictureAddress(artifact), download: name });
  link.click();
}
