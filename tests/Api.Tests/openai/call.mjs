// Usage: node call.mjs, with {"baseURL", "apiKey", "call", "params"} on stdin. Prints what OpenAI's client made of the
// answer as one JSON object: {"value"}, {"events"} of a stream, or {"thrown"} as a program would see the error.
import OpenAI from 'openai';

const calls = {
  generate: (client, params) => client.images.generate(params),
  models: async (client) => ({ data: await Array.fromAsync(client.models.list()) }),
  model: (client, params) => client.models.retrieve(params.model),
};

const input = JSON.parse(await readAll(process.stdin));
const client = new OpenAI({ baseURL: input.baseURL, apiKey: input.apiKey ?? 'none', maxRetries: input.maxRetries ?? 0 });
console.log(JSON.stringify(await run()));

async function run() {
  const events = [];
  try {
    const answer = await calls[input.call](client, input.params);
    if (!input.params?.stream) return { value: answer, requestId: answer._request_id };
    for await (const event of answer) events.push(event);
    return { events };
  } catch (error) {
    const { status, code, param, type, requestID, message } = error;
    return { events, thrown: { name: error.constructor.name, status, code, param, type, requestID, message } };
  }
}

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
