// Usage: node verify_onnx.mjs MODEL_FOLDER REFERENCE.json
// Runs the exported graphs in ONNX Runtime on the inputs that export_onnx.py recorded and prints how far they are from
// PyTorch. Fails where the difference is more than storing weights as fp16 explains.
import fs from 'node:fs';
import path from 'node:path';
import ort from 'onnxruntime-node';

const RELATIVE_TOLERANCE = 5e-3; // of the largest expected value
const [folder, referencePath] = process.argv.slice(2);
if (!referencePath) throw new Error('Usage: node verify_onnx.mjs MODEL_FOLDER REFERENCE.json');
const reference = JSON.parse(fs.readFileSync(referencePath));

const open = (component) => ort.InferenceSession.create(path.join(folder, component, 'model.onnx'), { logSeverityLevel: 3 });
const floats = (values, shape) => new ort.Tensor('float32', Float32Array.from(values), shape);
const ids = (values, shape) => new ort.Tensor('int32', Int32Array.from(values), shape);
const timestep = (value) => new ort.Tensor('int64', BigInt64Array.from([BigInt(value)]), [1]);

function compare(name, tensor, expected) {
  if (tensor.data.length !== expected.length) throw new Error(`${name}: ${tensor.dims} has not ${expected.length} values`);
  let worst = 0;
  let largest = 0;
  expected.forEach((value, i) => {
    worst = Math.max(worst, Math.abs(value - tensor.data[i]));
    largest = Math.max(largest, Math.abs(value));
  });
  console.log(`${name.padEnd(24)} [${tensor.dims}] off by at most ${worst.toExponential(2)}, largest value ${largest.toFixed(2)}`);
  if (worst > RELATIVE_TOLERANCE * largest) process.exitCode = 1;
}

const [text, unet, decoder, encoder] = await Promise.all(['text_encoder', 'unet', 'vae_decoder', 'vae_encoder'].map(open));
const encoded = await text.run({ input_ids: ids(reference.text.ids, reference.text.shape) });
compare('text_encoder hidden', encoded.last_hidden_state, reference.text.hidden);
compare('text_encoder pooled', encoded.pooler_output, reference.text.pooled);
const textWidth = reference.text.hidden.length / reference.text.ids.length;

for (const size of ['square', 'odd']) {
  const { count, height, width, length, ...values } = reference[size];
  const latents = floats(values.latents, [count, 4, height, width]);
  const hidden = floats(values.text, [count, length, textWidth]);
  const pixels = floats(values.pixels, [count, 3, height * 4, width * 4]);
  const denoised = await unet.run({ sample: latents, timestep: timestep(values.timestep), encoder_hidden_states: hidden });
  compare(`unet ${size}`, denoised.out_sample, values.unet);
  compare(`vae_decoder ${size}`, (await decoder.run({ latent_sample: latents })).sample, values.decoded);
  compare(`vae_encoder ${size}`, (await encoder.run({ sample: pixels })).latent_parameters, values.encoded);
}
