// Usage: node generate.mjs MODEL_FOLDER PROMPTS.txt OUT.png [--steps=25] [--guidance=4.5] [--seed=0] [--columns=8] [--scale=2]
// Draws one picture per line of PROMPTS.txt with ONNX Runtime and puts them on a contact sheet.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import ort from 'onnxruntime-node';
import { Tokenizer } from './js/tokenizer.mjs';
import { Ddim } from './js/ddim.mjs';
import { writePng } from './js/png.mjs';

const SIDE = 64;
const GAP = 4;
const GREY = 90;
const LATENT_CHANNELS = 4;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '25' },
    guidance: { type: 'string', default: '4.5' },
    seed: { type: 'string', default: '0' },
    columns: { type: 'string', default: '8' },
    scale: { type: 'string', default: '2' },
  },
});
const [folder, promptsPath, outPath] = positionals;
if (!outPath) throw new Error('Usage: node generate.mjs MODEL_FOLDER PROMPTS.txt OUT.png [--steps=25] ...');
const [steps, guidance, seed, columns, scale] = [options.steps, options.guidance, options.seed, options.columns, options.scale].map(Number);

const readJson = (file) => JSON.parse(fs.readFileSync(path.join(folder, file)));
const open = (component) => ort.InferenceSession.create(path.join(folder, component, 'model.onnx'), { logSeverityLevel: 3 });
const vae = readJson('vae_decoder/config.json');
const latentSide = SIDE / 2 ** (vae.block_out_channels.length - 1);
const latentLength = LATENT_CHANNELS * latentSide ** 2;
const tokenizer = new Tokenizer(path.join(folder, 'tokenizer'));
const ddim = new Ddim(readJson('scheduler/scheduler_config.json'), steps);
const [text, unet, decoder] = await Promise.all(['text_encoder', 'unet', 'vae_decoder'].map(open));

/** Mulberry32: small, seeded, good enough for a contact sheet. */
function uniform(state) {
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Unit normal numbers; Box and Muller 1958. */
function noise(state) {
  const next = uniform(state);
  return Float32Array.from({ length: latentLength }, () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()));
}

async function draw(prompt, number) {
  const ids = [...tokenizer.encode(prompt), ...tokenizer.encode('')];
  const inputIds = new ort.Tensor('int32', Int32Array.from(ids), [2, tokenizer.length]);
  const hidden = (await text.run({ input_ids: inputIds })).last_hidden_state;
  const latents = noise(seed * 1000 + number);
  for (const step of ddim.steps) {
    const pair = new Float32Array(2 * latentLength);
    pair.set(latents);
    pair.set(latents, latentLength);
    const output = (await unet.run({
      sample: new ort.Tensor('float32', pair, [2, LATENT_CHANNELS, latentSide, latentSide]),
      timestep: new ort.Tensor('int64', BigInt64Array.from([BigInt(step.timestep)]), [1]),
      encoder_hidden_states: hidden,
    })).out_sample.data;
    for (let i = 0; i < latentLength; i++) {
      const free = output[latentLength + i];
      latents[i] = ddim.next(step, latents[i], free + guidance * (output[i] - free));
    }
  }
  const scaled = new ort.Tensor('float32', latents.map((value) => value / vae.scaling_factor), [1, LATENT_CHANNELS, latentSide, latentSide]);
  return (await decoder.run({ latent_sample: scaled })).sample.data;
}

function sheet(pictures) {
  const cell = SIDE * scale + GAP;
  const [width, height] = [columns * cell, Math.ceil(pictures.length / columns) * cell];
  const rgb = new Uint8Array(width * height * 3).fill(GREY);
  pictures.forEach((picture, number) => {
    const [left, top] = [(number % columns) * cell + GAP / 2, Math.floor(number / columns) * cell + GAP / 2];
    for (let y = 0; y < SIDE * scale; y++) {
      for (let x = 0; x < SIDE * scale; x++) {
        const source = Math.floor(y / scale) * SIDE + Math.floor(x / scale);
        for (let channel = 0; channel < 3; channel++) {
          const value = Math.round((picture[channel * SIDE * SIDE + source] + 1) * 127.5);
          rgb[((top + y) * width + left + x) * 3 + channel] = Math.max(0, Math.min(255, value));
        }
      }
    }
  });
  return { width, height, rgb };
}

const prompts = fs.readFileSync(promptsPath, 'utf8').split('\n').map((line) => line.trim()).filter(Boolean);
const pictures = [];
const times = [];
for (const [number, prompt] of prompts.entries()) {
  const begin = performance.now();
  pictures.push(await draw(prompt, number));
  times.push(performance.now() - begin);
}
times.sort((one, other) => one - other);
const { width, height, rgb } = sheet(pictures);
fs.writeFileSync(outPath, writePng(width, height, rgb));
console.log(`${prompts.length} pictures of ${steps} steps, median ${times[times.length >> 1].toFixed(0)} ms each: ${outPath}`);
