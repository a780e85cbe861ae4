/**
 * Keeps a container's children equal to a list, one child per key, and moves or makes only what changed, so that focus,
 * scroll positions and running animations survive an update.
 * @param {Element} container holds nothing but these children.
 * @param {Array} items in order.
 * @param {{ key: (item) => string, create: (item) => Element, update?: (element, item) => void }} how
 */
export function reconcile(container, items, { key, create, update }) {
  const before = new Map([...container.children].map(child => [child.dataset.key, child]));
  let place = container.firstElementChild;
  for (const item of items) {
    const id = String(key(item));
    let element = before.get(id);
    before.delete(id);
    if (!element) {
      element = create(item);
      element.dataset.key = id;
    }
    update?.(element, item);
    if (element === place) place = place.nextElementSibling;
    else container.insertBefore(element, place);
  }
  for (const left of before.values()) left.remove();
}
