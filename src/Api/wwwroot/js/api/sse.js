/**
 * Reads server-sent events out of text that arrives in any pieces (WHATWG HTML, section 9.2.6: event stream
 * interpretation). Comments are dropped, several data lines are joined, an event without data does not count.
 */
export class EventStreamParser {
  #rest = '';
  #event = '';
  #id = null;
  #data = [];

  /** @returns {Array<{ event: string, id: string | null, data: string }>} events completed by this piece. */
  push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    return lines.map(line => this.#line(line)).filter(event => event !== null);
  }

  #line(line) {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id') this.#id = value;
    return null;
  }

  #dispatch() {
    const done = this.#data.length === 0 ? null : { event: this.#event || 'message', id: this.#id, data: this.#data.join('\n') };
    this.#event = '';
    this.#data = [];
    return done;
  }
}
