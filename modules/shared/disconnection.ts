import type { ServerResponse } from 'node:http';

/** Aborts when the caller hangs up, or has its answer. */
export function disconnection(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort(new Error('The caller has hung up.')));
  return controller.signal;
}
