/** A value that others can follow. Both ways to follow return the function that ends it. */
export class Signal {
  #value;
  #listeners = new Set();

  constructor(value) {
    this.#value = value;
  }

  get value() {
    return this.#value;
  }

  set value(next) {
    if (Object.is(next, this.#value)) return;
    this.#value = next;
    for (const listener of [...this.#listeners]) listener(next);
  }

  /** Calls for every later value. */
  changes(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls for the present value and every later one. */
  follow(listener) {
    listener(this.#value);
    return this.changes(listener);
  }
}
