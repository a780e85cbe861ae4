// The same request in other people's tongues. A request is the API's own job.request object, or a draft.

/** The request alone: no nulls, no defaults that say nothing. */
export function requestJson(model, request, seed = request.seed) {
  const { prompt, negative_prompt: negative, width, height, steps, guidance, sampler, count, format, quality } = request;
  const body = {
    model, prompt, negative_prompt: negative || undefined, width, height, steps, guidance, sampler, seed,
    count: count > 1 ? count : undefined, format, quality: format === 'png' ? undefined : quality,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== null));
}

export const jsonSnippet = body => JSON.stringify(body, null, 2);

export function curlSnippet(body, origin, hasKey) {
  const lines = [`curl -sS ${origin}/v1/jobs`, `-H 'Content-Type: application/json'`];
  if (hasKey) lines.push('-H "Authorization: Bearer $OD_API_KEY"');
  lines.push(`-d ${quoteForShell(JSON.stringify(body))}`);
  return lines.join(' \\\n  ');
}

const quoteForShell = text => `'${text.replaceAll("'", `'\\''`)}'`;

const CSHARP_NAMES = { quality: 'QualityPercent' };

/** With the client library, inside any .NET host. */
export function csharpSnippet(body) {
  const fields = Object.entries(body).map(([name, value]) => `    ${CSHARP_NAMES[name] ?? pascal(name)} = ${csharpValue(value)},`);
  return [
    '// builder.Services.AddDiffusionClient(); then take an IDiffusionClient client from the services.',
    'var result = await client.GenerateAsync(new GenerationRequest', '{', ...fields, '});',
    `await File.WriteAllBytesAsync("picture.${body.format ?? 'png'}", result.Pictures[0]);`,
  ].join('\n');
}

const pascal = name => name.split('_').map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('');

/** A JSON string is a C# string too, once the two characters that C# reads differently are escaped. */
function csharpValue(value) {
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
