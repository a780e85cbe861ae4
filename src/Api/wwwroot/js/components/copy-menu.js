import { apiKey } from '../api/key.js';
import { copyText } from '../clipboard.js';
import { csharpSnippet, curlSnippet, jsonSnippet, requestJson } from '../snippets.js';
import { menu } from './menu.js';

/** "Copy as": the request of a job, or of one of its pictures, for other programs. */
export function copyMenu(job, artifact = null) {
  const body = () => requestJson(job.model, artifact ? { ...job.request, count: 1 } : job.request, artifact?.seed ?? job.request.seed);
  return menu('Copy as', 'copy', [
    ['curl', () => copyText(curlSnippet(body(), location.origin, apiKey.value !== null), 'curl command')],
    ['C#', () => copyText(csharpSnippet(body()), 'C# code')],
    ['JSON', () => copyText(jsonSnippet(body()), 'JSON')],
  ]);
}
