/** The server said no, in RFC 9457's words. `fields` maps a field's name to what is wrong with it. */
export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `The server answered ${status}.`);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? `http_${status}`;
    this.title = problem.title ?? this.message;
    this.requestId = problem.request_id ?? null;
    this.retryAfterSeconds = problem.retry_after_seconds ?? null;
    this.fields = new Map((problem.errors ?? []).map(error => [error.field, error.message]));
  }
}

/** No answer at all: the server is down, restarting, or not reachable from here. */
export class UnreachableError extends Error {
  constructor(cause) {
    super('The server does not answer.', { cause });
    this.name = 'UnreachableError';
  }
}

export async function readProblem(response) {
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  const problem = isJson ? await response.json().catch(() => ({})) : {};
  const retryAfter = Number(response.headers.get('retry-after'));
  if (retryAfter > 0) problem.retry_after_seconds ??= retryAfter;
  problem.request_id ??= response.headers.get('x-request-id');
  return new ApiError(response.status, problem);
}
