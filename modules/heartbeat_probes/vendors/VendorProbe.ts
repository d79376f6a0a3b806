import type { ProbeFinding } from '../ProbeFindings';
import { boundedFetch } from '../../shared/boundedFetch';
import { type Fields, isObject } from '../../shared/isObject';

/** The vendors that are probed, in this order. */
export const VENDORS = ['vercel', 'sentry', 'doppler', 'supabase', 'fly'] as const;

/** How one vendor is probed. */
export interface VendorProbe {
  readonly name: (typeof VENDORS)[number];
  /** Where its API is; absent when that is not configured. */
  readonly baseUrl?: string;
  /** The settings that it cannot do without, by name; `undefined` for those that are missing. */
  readonly needs: Readonly<Record<string, string | undefined>>;
  /** Sent with every request, as the bearer. */
  readonly token: string | undefined;
  /** Sent as well. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Called only when nothing is missing; may throw what `ask` throws. */
  readonly check: (ask: Ask) => Promise<ProbeFinding>;
}

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

/** `value` as a list of objects. @throws an error that names `what` when it is none. */
export function expectObjects(value: unknown, what: string): readonly Fields[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw new Error(`The answer has no list of ${what}.`);
  return value;
}
