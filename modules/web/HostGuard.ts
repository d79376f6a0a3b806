import { isLoopback } from '../shared/isLoopback';

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
