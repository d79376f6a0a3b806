import { isIPv6, type AddressInfo } from 'node:net';

import { Application, Listener, type OnStartup, type StartupContext } from 'daemonry';
import { multiInject, optional } from 'inversify';

import { isLoopback } from '../shared/isLoopback';
import { ChangeGuard } from './ChangeGuard';
import { createServer } from './createServer';
import { HostGuard } from './HostGuard';
import { WebListenError } from './WebListenError';
import { WebRoutes } from './WebRoutes';
import { WebSettings } from './WebSettings';

/** Where the server listens. */
export interface WebAddress {
  readonly host: string;
  readonly port: number;
  /** For calling it from this machine, without a slash at the end. */
  readonly url: string;
}

/**
 * Serves the health endpoints, the API of the application, and what other modules add as {@link WebRoutes}. Started means
 * that it listens. It asks nobody who reads who they are, so by default it listens on loopback only.
 */
@Listener({ name: 'web' })
export class WebServer implements OnStartup {
  #address: WebAddress | undefined;

  constructor(
    private readonly application: Application,
    private readonly settings: WebSettings,
    @multiInject(WebRoutes) @optional() private readonly routes: readonly WebRoutes[] = [],
  ) {}

  /** `undefined` while it does not listen. */
  get address(): WebAddress | undefined {
    return this.#address;
  }

  /** @throws WebListenError; PackageMissingError without fastify */
  async startup({ log, defer, fail }: StartupContext): Promise<void> {
    const { application, routes, settings } = this;
    const { host, port, allowedHosts, operatorToken } = settings;
    const hosts = new HostGuard(host, allowedHosts);
    const changes = new ChangeGuard({ boundHost: host, operatorToken });
    const server = createServer({ application, hosts, changes, routes, log });
    defer(async () => {
      this.#address = undefined;
      await server.close();
    });
    await server.listen({ host, port }).catch((error: Error) => {
      throw new WebListenError(host, port, error);
    });
    server.server.on('error', fail);

    this.#address = describeAddress(server.server.address() as AddressInfo);
    log.info(`Listening on ${this.#address.url}`);
    if (isLoopback(host)) return;
    log.warn(`Anybody who reaches ${host} can read this API: it asks for no credentials.`);
    if (operatorToken === undefined) log.warn('Nothing can be changed here until web.operatorToken is set.');
  }
}

function describeAddress({ address, port }: AddressInfo): WebAddress {
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
  return { host: address, port, url: `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}` };
}
