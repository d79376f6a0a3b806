import type { IncomingHttpHeaders } from 'node:http';

import { isLoopback } from '../shared/http';
import { sameSecret } from '../shared/text';

const READING = new Set(['GET', 'HEAD']);
const JSON_BODY = /^application\/json\s*(;|$)/i;
const BEARER = /^Bearer +(\S+) *$/i;
/** Values of `Sec-Fetch-Site` that are allowed: a page of this very server, or no page at all. */
const OWN_SITES: readonly string[] = ['same-origin', 'none'];

/** Headers that a proxy adds, beside `X-Forwarded-*`. */
const OF_PROXIES = /^(x-forwarded(-.*)?|forwarded|via|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;

export interface ChangeGuardOptions {
  readonly boundHost: string;
  readonly allowedHosts: readonly string[];
  readonly operatorToken: string | undefined;
}

/**
 * Decides which requests may change something. A page of another site can make a browser send one, so what a browser says
 * of where it comes from must be this server; and the body must be JSON, which such a page cannot send unasked. The
 * operator token is asked for where it is set, and where the server is exposed, where without one nothing may be changed:
 * beyond loopback, with `web.allowedHosts`, which are names of a proxy, and for a request that has passed through a proxy.
 */
export class ChangeGuard {
  /** True if others than the people of this machine can reach the server. */
  readonly isExposed: boolean;
  readonly #token: string | undefined;

  constructor({ boundHost, allowedHosts, operatorToken }: ChangeGuardOptions) {
    this.isExposed = !isLoopback(boundHost.toLowerCase()) || allowedHosts.length > 0;
    this.#token = operatorToken;
  }

  /** @param ownCredentials - the route asks for credentials itself. */
  refusal(method: string, headers: IncomingHttpHeaders, ownCredentials: boolean): Refusal | undefined {
    if (READING.has(method)) return undefined;
    if (!isFromHere(headers)) {
      return { status: 403, code: 'FOREIGN_ORIGIN', message: 'Pages of another site may not change anything here.' };
    }
    const stranger = ownCredentials ? undefined : this.#strangerRefusal(headers);
    if (stranger !== undefined) return stranger;
    if (method === 'POST' && !JSON_BODY.test(headers['content-type'] ?? '')) {
      return { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message: 'The content type must be application/json.' };
    }
    return undefined;
  }

  #strangerRefusal(headers: IncomingHttpHeaders): Refusal | undefined {
    const { authorization } = headers;
    if (this.#token === undefined) {
      if (!this.isExposed && !Object.keys(headers).some((name) => OF_PROXIES.test(name))) return undefined;
      const message =
        'This server can be reached from other machines, and changes nothing until web.operatorToken is set.';
      return { status: 403, code: 'OPERATOR_TOKEN_UNSET', message };
    }
    const given = BEARER.exec(authorization ?? '')?.[1];
    if (given !== undefined && sameSecret(given, this.#token)) return undefined;
    return {
      status: 401,
      code: 'UNAUTHORIZED',
      message: 'Changes need the operator token: send "Authorization: Bearer" and the value of web.operatorToken.',
      headers: { 'www-authenticate': 'Bearer' },
    };
  }
}

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

const HOST_HEADER = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/;

/**
 * Decides which `Host` headers are answered. A page of another site can make a browser call a server on loopback under a
 * name of its own (DNS rebinding); so there only loopback's own names pass, and those that are allowed. Elsewhere every
 * name does.
 */
export class HostGuard {
  readonly #guarded: boolean;
  readonly #allowed: ReadonlySet<string>;

  constructor(boundHost: string, allowedHosts: readonly string[]) {
    this.#guarded = isLoopback(boundHost.toLowerCase());
    this.#allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  }

  /** @param header - the `Host` header as it came. */
  allows(header: string | undefined): boolean {
    if (!this.#guarded) return true;
    const host = HOST_HEADER.exec(header?.toLowerCase() ?? '')?.[1]?.replace(/^\[|\]$/g, '');
    return host !== undefined && (isLoopback(host) || this.#allowed.has(host));
  }
}

interface Known {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** Which methods the registered routes answer, by path. */
export class AllowedMethods {
  readonly #known = new Map<string, Known>();

  /** @param url - as a route has it: `/api/alerts/:id`, `/files/*`. */
  add(url: string, methods: string | readonly string[]): void {
    const known = this.#known.get(url) ?? { pattern: toPattern(url), methods: new Set() };
    this.#known.set(url, known);
    for (const method of [methods].flat()) known.methods.add(method);
  }

  /** Sorted; empty when nothing is under `path`. */
  of(path: string): readonly string[] {
    const fitting = [...this.#known.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort();
  }
}

function toPattern(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment === '*') return '.*';
    return segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${segments.join('/')}$`);
}

/** Why a request is not answered. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}
