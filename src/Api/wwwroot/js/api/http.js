import { apiKey, askForKey } from './key.js';
import { UnreachableError, readProblem } from './problem.js';

/**
 * Fetches with the key, asks for one when the server wants it, and turns every no into an exception.
 * @throws {ApiError} the server refused. @throws {UnreachableError} it did not answer.
 */
export async function request(path, { method = 'GET', json, headers = {}, signal } = {}) {
  const init = { method, headers: { accept: 'application/json', ...headers }, signal, cache: 'no-cache' };
  if (json !== undefined) {
    init.headers['content-type'] = 'application/json';
    init.body = JSON.stringify(json);
  }
  for (;;) {
    const key = apiKey.value;
    const response = await send(path, withKey(init, key));
    if (response.ok) return response;
    if (response.status !== 401 || !(await askForKey(key))) throw await readProblem(response);
  }
}

export async function requestJson(path, options) {
  const response = await request(path, options);
  return response.status === 204 ? null : response.json();
}

function withKey(init, key) {
  return key ? { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } } : init;
}

async function send(path, init) {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new UnreachableError(error);
  }
}
