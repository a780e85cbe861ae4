import { copyText } from '../clipboard.js';
import { h, icon } from '../dom.js';

/** What a picture was made from, as a list of terms. */
export function parameters(job, artifact = null) {
  const { request } = job;
  const seed = artifact?.seed ?? request.seed;
  return h('dl.parameters', {},
    term('Model', job.model),
    term('Size', `${request.width} × ${request.height}`),
    term('Steps', request.steps),
    term('Guidance', request.guidance),
    term('Sampler', request.sampler),
    term('Seed', seedButton(seed)),
    request.count > 1 && !artifact ? term('Pictures', request.count) : null,
    term('Format', request.format === 'png' ? 'png' : `${request.format}, quality ${request.quality}`),
    request.negative_prompt ? term('Negative prompt', request.negative_prompt, 'is-wide') : null);
}

export function term(name, value, extra = '') {
  return h('div', { class: `parameter ${extra}`.trim() }, h('dt', {}, name), h('dd', {}, value ?? '–'));
}

function seedButton(seed) {
  return h('button.inline-button', { type: 'button', title: 'Copy the seed', onclick: () => copyText(String(seed), 'Seed') },
    h('span.number', {}, seed), icon('copy'));
}
