import { isIPv6, type AddressInfo } from 'node:net';

import {
  Application,
  ApplicationAddress,
  Listener,
  type ListenerLogger,
  type OnStartup,
  type StartupContext,
  Nested,
  Settings,
  DaemonryError,
  codeOf,
  messageOf,
} from 'daemonry';
import { multiInject, optional } from 'inversify';
import { ArrayMaxSize, ArrayUnique, IsArray, IsInt, Matches, Max, Min } from 'class-validator';

import { AccessGuard } from './AccessGuard';
import { HostGuard } from './guards';
import { createServer } from './createServer';
import { Operators, WebOperator } from './operators';
import { Sessions } from './Sessions';
import { WebRoutes } from './WebRoutes';

/** Where the server listens. */
export interface WebAddress {
  /** The host that the server is bound to. */
  readonly host: string;
  /** The port that the server is bound to. */
  readonly port: number;
  /** For calling it from this machine, without a slash at the end. */
  readonly url: string;
}

const HOST = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$|^[0-9A-Fa-f:]{2,45}$/;

/** Settings of the HTTP server, under `web`. */
@Settings('web')
export class WebSettings {
  /** The address to listen on. Beyond loopback, only the health endpoints answer until `operators` are named. */
  @Matches(HOST, { message: 'host must be an IP address or a host name, without a port' })
  readonly host: string = '127.0.0.1';

  /** The port to listen on; 0 is any free one. */
  @IsInt()
  @Min(0)
  @Max(65_535)
  readonly port: number = 9119;

  /** Host names, beside those of loopback, under which a server on loopback may be called: those of a proxy before it. With any, nobody is answered until `operators` are named. */
  @IsArray()
  @ArrayMaxSize(100)
  @Matches(HOST, { each: true, message: 'each of allowedHosts must be a host name, without a port' })
  readonly allowedHosts: readonly string[] = [];

  /** The people and programs that may call, each with a token and rights. Default: none; then only callers on this machine may, as `local`. */
  @Nested(() => WebOperator)
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique((operator: WebOperator) => operator.name, { message: 'operators must have different names' })
  readonly operators: readonly WebOperator[] = [];
}

/**
 * Serves the health endpoints, the API of the application, and what other modules add as {@link WebRoutes}. Started means
 * that it listens. The health endpoints answer anybody, everything else `operators` or, while none are named, this machine.
 */
@Listener({ name: 'web', essential: true })
export class WebServer implements OnStartup {
  #address: WebAddress | undefined;

  constructor(
    private readonly application: Application,
    private readonly settings: WebSettings,
    private readonly published: ApplicationAddress,
    @multiInject(WebRoutes) @optional() private readonly routes: readonly WebRoutes[] = [],
  ) {}

  /** `undefined` while it does not listen. */
  get address(): WebAddress | undefined {
    return this.#address;
  }

  /** Listens, with the routes of every `WebRoutes` that is bound. @throws WebListenError when it cannot listen; WebOperatorsError; PackageMissingError without fastify */
  async startup({ log, clock, defer, fail }: StartupContext): Promise<void> {
    const { application, routes, settings } = this;
    const { host, port, allowedHosts } = settings;
    const operators = await Operators.load(settings.operators);
    const sessions = new Sessions(clock, application.name);
    const access = new AccessGuard({ boundHost: host, allowedHosts, operators, sessions });
    const server = createServer({
      application,
      clock,
      hosts: new HostGuard(host, allowedHosts),
      access,
      operators,
      sessions,
      routes,
      log,
    });
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
    await this.#publish(this.#address.url, log);
    defer(() => this.#publish(undefined, log));
    if (access.isExposed && !operators.areNamed) {
      log.warn(
        `Others than the people of this machine can reach this server, at ${[host, ...allowedHosts].join(', ')}: only the ` +
          'health endpoints answer until web.operators names who may call.',
      );
    }
  }

  /** The commands of this machine find the address in the state database, if there is one; they can be told it as well. */
  async #publish(url: string | undefined, log: ListenerLogger): Promise<void> {
    await this.published.publish(url).catch((error: unknown) => {
      log.warn('The commands of this machine cannot find this server by themselves: give them --url', { error });
    });
  }
}

function describeAddress({ address, port }: AddressInfo): WebAddress {
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
  return { host: address, port, url: `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}` };
}

/** The HTTP server could not listen on its address. */
export class WebListenError extends DaemonryError<'WEB_ADDRESS_IN_USE' | 'WEB_ADDRESS_UNUSABLE'> {
  constructor(
    /** The host that was configured. */
    readonly host: string,
    /** The port that was configured. */
    readonly port: number,
    cause: Error,
  ) {
    const taken = codeOf(cause) === 'EADDRINUSE';
    super(taken ? 'WEB_ADDRESS_IN_USE' : 'WEB_ADDRESS_UNUSABLE', {
      what: taken
        ? `Port ${port} on ${host} is taken: something listens there already.`
        : `The web server cannot listen on ${host}, port ${port}.`,
      facts: {
        address: `${host}:${port}`,
        settings: 'web.host, web.port',
        environment: 'DAEMONRY__WEB__HOST, DAEMONRY__WEB__PORT',
        cause: messageOf(cause),
      },
      fix: taken
        ? 'stop what listens there, or choose another port: DAEMONRY__WEB__PORT=0 takes any free one.'
        : 'set an address of this machine, and a port that this user may open (above 1023).',
      cause,
    });
  }
}
