// Runs before the first paint, so that a chosen theme never flashes the other one. Not a module: those run late.
(() => {
  try {
    const theme = JSON.parse(localStorage.getItem('od.theme'));
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is blocked or holds something else: the system's preference applies.
  }
})();
