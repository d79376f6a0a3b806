import { boundedFetch } from '../../shared/http';
import { type Fields, isObject } from '../../shared/fields';
import type { ProbeFinding } from '../ProbeFindings';

/** The vendors that are probed, in this order. */
export const VENDORS = ['vercel', 'sentry', 'doppler', 'supabase', 'fly'] as const;

/** How one vendor is probed. */
export interface VendorProbe {
  readonly name: (typeof VENDORS)[number];
  /** URL of its API; absent when it is not configured. */
  readonly baseUrl?: string;
  /** Settings that the probe needs, by name; `undefined` for those that are missing. */
  readonly needs: Readonly<Record<string, string | undefined>>;
  /** Sent with every request, as a bearer token. */
  readonly token: string | undefined;
  /** Further headers of every request. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Probes the vendor; called only if no setting is missing. May throw the errors of `ask`. */
  readonly check: (ask: Ask) => Promise<ProbeFinding>;
}

const LARGEST_ANSWER_BYTES = 4 * 1024 * 1024;

interface AskOptions {
  /** @defaultValue `'GET'` */
  readonly method?: 'GET' | 'HEAD';
  /** Status codes of a good answer. @defaultValue `[200]` */
  readonly expect?: readonly number[];
}

/**
 * Requests a path of the vendor's API. Resolves with the parsed JSON, with `undefined` for a HEAD request.
 *
 * @throws UnexpectedStatus; an error that says why there is no usable answer.
 */
export type Ask = (path: string, options?: AskOptions) => Promise<unknown>;

/** The vendor answered with an unexpected status code. */
export class UnexpectedStatus extends Error {
  constructor(
    readonly status: number,
    expected: readonly number[],
  ) {
    super(`Answered ${status} instead of ${expected.join(' or ')}.`);
  }
}

/** Makes an {@link Ask} for the API at `baseUrl`, which the signal ends. Redirects are not followed. */
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

/** Checks that `value` is a list of objects. @throws an error that names `what` if it is not. */
export function expectObjects(value: unknown, what: string): readonly Fields[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw new Error(`The answer has no list of ${what}.`);
  return value;
}
