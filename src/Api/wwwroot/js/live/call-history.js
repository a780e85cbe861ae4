export const HISTORY_SECONDS = 60;

/** Calls per second of each grain type over the last minute, from its counters. */
export class CallHistory {
  #samples = new Map();

  /** @param {number} at milliseconds. @param {Array<{ type: string, calls: number }>} grains counters since the start. */
  add(at, grains) {
    for (const { type, calls } of grains) {
      const samples = this.#samples.get(type) ?? [];
      samples.push({ at, calls });
      while (samples[0].at < at - HISTORY_SECONDS * 1000) samples.shift();
      this.#samples.set(type, samples);
    }
  }

  /** @returns {Array<{ at: number, perSecond: number }>} oldest first; a restart's lower counter counts as no calls. */
  rates(type) {
    const samples = this.#samples.get(type) ?? [];
    return samples.slice(1).map((sample, index) => {
      const seconds = (sample.at - samples[index].at) / 1000;
      const calls = Math.max(0, sample.calls - samples[index].calls);
      return { at: sample.at, perSecond: seconds > 0 ? calls / seconds : 0 };
    });
  }
}
