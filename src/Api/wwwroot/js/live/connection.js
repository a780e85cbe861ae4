import { Signal } from '../signal.js';

/**
 * 'connecting', 'live', 'offline', or 'locked' when the server wants a key that this browser does not have: whether
 * this page hears the server. The job feed decides, as it is always open.
 */
export const connection = new Signal('connecting');
