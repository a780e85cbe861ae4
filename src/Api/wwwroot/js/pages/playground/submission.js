import { submitJob } from '../../api/client.js';
import { UnreachableError } from '../../api/problem.js';

let unanswered = null;

/**
 * Submits once: when an answer was lost, the same request goes out under the same key, and the server knows whether it
 * already has the job.
 */
export async function submitOnce(body) {
  const text = JSON.stringify(body);
  const key = unanswered?.text === text ? unanswered.key : newKey();
  try {
    const job = await submitJob(body, key);
    unanswered = null;
    return job;
  } catch (error) {
    unanswered = error instanceof UnreachableError ? { text, key } : null;
    throw error;
  }
}

/** 128 random bits. crypto.randomUUID would do, but exists only on https and localhost. */
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
}
