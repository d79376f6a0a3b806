import { boundedFetch } from '../../shared/boundedFetch';

const LARGEST_ANSWER_BYTES = 4 * 1024 * 1024;

interface AskOptions {
  /** @defaultValue `'GET'` */
  readonly method?: 'GET' | 'HEAD';
  /** The status codes of a good answer. @defaultValue `[200]` */
  readonly expect?: readonly number[];
}

/**
 * Asks under a path of the vendor's API, and resolves with the parsed JSON; with `undefined` for a HEAD.
 *
 * @throws UnexpectedStatus; an error that says why there is no usable answer.
 */
export type Ask = (path: string, options?: AskOptions) => Promise<unknown>;

/** The vendor answered, but not with what is expected. */
export class UnexpectedStatus extends Error {
  constructor(
    readonly status: number,
    expected: readonly number[],
  ) {
    super(`Answered ${status} instead of ${expected.join(' or ')}.`);
  }
}

/** An {@link Ask} for the API at `baseUrl`, within the limits of `signal`. Redirects are not followed. */
export function askVendor(baseUrl: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Ask {
  const call = boundedFetch({ maxBytes: LARGEST_ANSWER_BYTES, signal });
  return async (path, { method = 'GET', expect = [200] } = {}) => {
    const answer = await call(`${baseUrl}${path}`, { method, headers: { accept: 'application/json', ...headers } });
    if (!expect.includes(answer.status)) throw new UnexpectedStatus(answer.status, expect);
    return method === 'HEAD' ? undefined : parse(await answer.text());
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The original message quotes the answer.
    throw new Error('The answer is no JSON.');
  }
}
