/** Wide enough for two columns; css/playground.css has the same bound. */
export const WIDE_SCREEN = window.matchMedia('(min-width: 960px)');
