/**
 * Pages by the address's hash, so that the server needs no routes of its own: `#/jobs/01J...` -> page "jobs", rest
 * ["01J..."].
 * @param {Array<{ name: string, path: string, title: string, mount: (outlet, rest: string[]) => Page }>} routes where a
 * Page is `{ unmount(): void, update?(rest: string[]): void }`; a page without update is mounted anew.
 */
export function startRouter(routes, outlet, onShow) {
  let current = null;
  window.addEventListener('hashchange', show);
  show();

  function show() {
    const [name, ...rest] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
    const route = routes.find(({ path }) => path === `/${name}`) ?? routes[0];
    if (current?.route === route && current.page.update) current.page.update(rest);
    else mount(route, rest);
    onShow(route);
  }

  function mount(route, rest) {
    const isFirst = current === null;
    current?.page.unmount();
    outlet.replaceChildren();
    outlet.className = `page page-${route.name}`;
    current = { route, page: route.mount(outlet, rest) };
    if (isFirst) return;
    window.scrollTo(0, 0);
    outlet.focus({ preventScroll: true });
  }
}

export function go(...parts) {
  location.hash = `/${parts.map(encodeURIComponent).join('/')}`;
}
