import { isLoopback } from '../shared/http';

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
