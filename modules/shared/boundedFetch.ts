import { fetchFailure } from './fetchFailure';
import { readLimited } from './readLimited';

export interface BoundedFetchOptions {
  /** Of an answer's body, after it has been unpacked. */
  readonly maxBytes: number;
  /** For a library that takes none of its own. */
  readonly signal?: AbortSignal;
}

// Statuses whose answers may not have a body.
const BODILESS = new Set([204, 205, 304]);

/**
 * A `fetch` to give to a client library. It follows no redirect, which could carry credentials to another host, keeps no
 * connection open, and resolves with the whole body read.
 *
 * Its function rejects with an error that says, without a full stop, what happened on the way, or that the answer is too large.
 */
export function boundedFetch({ maxBytes, signal }: BoundedFetchOptions): typeof fetch {
  return async (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('connection', 'close');
    try {
      const answer = await fetch(input, {
        ...init,
        headers,
        redirect: 'manual',
        signal: signal ?? init.signal ?? null,
      });
      const body = await readLimited(answer, maxBytes);
      const { status, statusText } = answer;
      return new Response(BODILESS.has(status) ? null : body, { status, statusText, headers: answer.headers });
    } catch (error) {
      throw new Error(fetchFailure(error).text.replace(/\.$/, ''), { cause: error });
    }
  };
}
