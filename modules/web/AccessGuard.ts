import type { IncomingHttpHeaders } from 'node:http';

import { isLoopback } from '../shared/http';
import type { Refusal } from './guards';
import { LOCAL_OPERATOR, type Operator, type OperatorRight, type Operators } from './operators';
import type { Sessions } from './Sessions';

const READING = new Set(['GET', 'HEAD']);
const JSON_BODY = /^application\/json\s*(;|$)/i;
const BEARER = /^Bearer +(\S+) *$/i;
/** Values of `Sec-Fetch-Site` that are allowed: a page of this very server, or no page at all. */
const OWN_SITES: readonly string[] = ['same-origin', 'none'];

/** Headers that a proxy adds, beside `X-Forwarded-*`. */
const OF_PROXIES = /^(x-forwarded(-.*)?|forwarded|via|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;

/** HTTP version that nginx asks with unless it is told otherwise, and adds no header: people's programs speak a later one. */
const OF_NGINX = '1.0';

/** The right that a route needs; `anybody` for one that asks nobody, or asks for credentials of its own. */
export type RouteAccess = OperatorRight | 'anybody';

/** The parts of a request that decide about it. */
export interface AccessRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: { readonly httpVersion: string };
}

/** A request that is let in, with who sent it unless anybody may; or why it is not. */
export type Admission =
  | { readonly admitted: true; readonly operator: Operator | undefined }
  | { readonly admitted: false; readonly refusal: Refusal; readonly operator?: Operator };

export interface AccessGuardOptions {
  readonly boundHost: string;
  readonly allowedHosts: readonly string[];
  readonly operators: Operators;
  readonly sessions: Sessions;
}

/**
 * Decides who sends a request, and whether they may. Where operators are named, the bearer token or the session says who.
 * Where none are, callers on this machine are `local` and may do everything; but a server that is exposed lets nobody in:
 * beyond loopback, with `web.allowedHosts`, which are names of a proxy, and for a request that has passed through a proxy: one
 * with a header that proxies add, or in HTTP/1.0. A proxy that shows neither cannot be told from a program of this machine.
 *
 * A page of another site can make a browser send a change, so what a browser says of where it comes from must be this
 * server, which it has to say where the session speaks for it; and the body must be JSON, which such a page cannot send
 * unasked.
 */
export class AccessGuard {
  /** True if others than the people of this machine can reach the server. */
  readonly isExposed: boolean;
  readonly #operators: Operators;
  readonly #sessions: Sessions;

  constructor({ boundHost, allowedHosts, operators, sessions }: AccessGuardOptions) {
    this.isExposed = !isLoopback(boundHost.toLowerCase()) || allowedHosts.length > 0;
    this.#operators = operators;
    this.#sessions = sessions;
  }

  /** Decides about a request for a route that needs a right; without one, `read` to read and `operate` to change. */
  admit({ method, headers, raw }: AccessRequest, needs?: RouteAccess): Admission {
    const changes = !READING.has(method);
    if (changes && !isFromHere(headers)) return refused(FOREIGN_ORIGIN);
    const right = needs ?? (changes ? 'operate' : 'read');
    const admission = right === 'anybody' ? ANYBODY : this.#identify(headers, changes, raw.httpVersion);
    if (!admission.admitted) return admission;
    const { operator } = admission;
    if (right !== 'anybody' && operator?.may.includes(right) !== true)
      return { ...refused(lacks(operator, right)), operator };
    if (method === 'POST' && !JSON_BODY.test(headers['content-type'] ?? '')) return refused(NOT_JSON);
    return admission;
  }

  #identify(headers: IncomingHttpHeaders, changes: boolean, httpVersion: string): Admission {
    if (!this.#operators.areNamed) {
      const isProxied = httpVersion === OF_NGINX || Object.keys(headers).some((name) => OF_PROXIES.test(name));
      return this.isExposed || isProxied ? refused(OPERATORS_UNSET) : { admitted: true, operator: LOCAL_OPERATOR };
    }
    const { authorization } = headers;
    if (authorization !== undefined) {
      const operator = this.#operators.verify(BEARER.exec(authorization)?.[1] ?? '');
      return operator === undefined ? refused(UNAUTHORIZED) : { admitted: true, operator };
    }
    const operator = this.#sessions.operatorOf(headers.cookie);
    if (operator === undefined) return refused(UNAUTHORIZED);
    const saysWhereFrom = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
    return changes && !saysWhereFrom ? refused(FOREIGN_ORIGIN) : { admitted: true, operator };
  }
}

const ANYBODY: Admission = { admitted: true, operator: undefined };

const refused = (refusal: Refusal): Extract<Admission, { readonly admitted: false }> => ({ admitted: false, refusal });

const FOREIGN_ORIGIN: Refusal = {
  status: 403,
  code: 'FOREIGN_ORIGIN',
  message: 'Pages of another site may not change anything here.',
};

const OPERATORS_UNSET: Refusal = {
  status: 403,
  code: 'OPERATORS_UNSET',
  message: 'This server can be reached from other machines, and answers nobody until web.operators names who may.',
};

export const UNAUTHORIZED: Refusal = {
  status: 401,
  code: 'UNAUTHORIZED',
  message: 'Send "Authorization: Bearer" and the token of one of web.operators, or log in at /admin.',
  headers: { 'www-authenticate': 'Bearer' },
};

const NOT_JSON: Refusal = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: 'The content type must be application/json.',
};

const lacks = (operator: Operator | undefined, right: OperatorRight): Refusal => ({
  status: 403,
  code: 'OPERATOR_MAY_NOT',
  message: `${operator?.name ?? 'Nobody'} needs the right "${right}" for this: web.operators gives it.`,
});

function isFromHere({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site !== undefined && !OWN_SITES.includes(String(site))) return false;
  if (origin === undefined) return true;
  return URL.canParse(origin) && host !== undefined && isSameHost(new URL(origin), host);
}

// Seen from the page, the scheme may be that of a proxy in front.
function isSameHost({ protocol, host }: URL, header: string): boolean {
  const own = `${protocol}//${header}`;
  return host !== '' && URL.canParse(own) && new URL(own).host === host;
}
