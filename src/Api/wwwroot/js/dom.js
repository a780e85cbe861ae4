const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element: `h('button.primary', { type: 'button', onclick: save }, 'Save')`. Props that start with "on" become
 * listeners, `style` and `dataset` take objects, true and false set and leave out attributes.
 */
export function h(selector, props = {}, ...children) {
  const [tag, ...classes] = selector.split('.');
  const element = document.createElement(tag || 'div');
  if (classes.length) element.className = classes.join(' ');
  setProps(element, props);
  append(element, children);
  return element;
}

export function setProps(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'style') setStyle(element, value);
    else if (name === 'dataset') Object.assign(element.dataset, value);
    else if (name === 'value') element.value = value;
    else if (value === true) element.setAttribute(name, '');
    else if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
}

function setStyle(element, style) {
  for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value);
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** Replaces what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** Like fill, but parts named by data-memo keep their focus, and stay open or closed as they were. */
export function refill(element, ...children) {
  const wasOpen = new Map([...element.querySelectorAll('details[data-memo]')].map(details => [details.dataset.memo, details.open]));
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.memo : undefined;
  fill(element, ...children);
  for (const part of element.querySelectorAll('[data-memo]')) {
    const { memo } = part.dataset;
    if (memo === focused) part.focus();
    if (wasOpen.has(memo)) part.open = wasOpen.get(memo);
  }
}

/** Sets text only where it changed, so that live regions and selections are left in peace. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** An icon of icons.svg; decoration, so the words beside it must say what it means. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
