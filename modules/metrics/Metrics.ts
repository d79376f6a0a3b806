import { clearImmediate, setImmediate } from 'node:timers';

import {
  Application,
  ApplicationEvents,
  type ApplicationStatus,
  BackgroundDaemon,
  Clock,
  type OnReady,
  type OnStartup,
  Secret,
  Settings,
  type StartupContext,
} from 'daemonry';
import { IsBoolean, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { inject, optional } from 'inversify';
import type { Registry } from 'prom-client';

import { isLoopback } from '../shared/http';
import { ClusterClaims } from '../shared/ClusterClaims';
import { RunTraces } from '../shared/RunTraces';
import { expose, type Exposition, findPromClient, loadPromClient } from './exposition';
import type { Scraped } from './families';
import { addProcessMetrics } from './processMetrics';
import { RunTallies } from './RunTallies';
import { listenForScrapes } from './scrapeServer';
import { addToRegistry } from './ScrapedMetric';

const HOST = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$|^[0-9A-Fa-f:]{2,45}$/;

/** The registry given to `metricsModule`. */
export const GIVEN_REGISTRY = Symbol('daemonry.metrics.registry');

/** Settings of the metrics, under `metrics`. */
@Settings('metrics')
export class MetricsSettings {
  /** A port of its own for `/metrics`, and for nothing else; 0 is any free one. Default: none, and `web` serves it. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(65_535)
  readonly port?: number;

  /** The address to listen on, with a `port`. */
  @Matches(HOST, { message: 'host must be an IP address or a host name, without a port' })
  readonly host: string = '127.0.0.1';

  /** Bearer token that a scrape of the own port must send. Default: none, and nobody is asked. */
  @Secret()
  @IsOptional()
  @Matches(/^[\x21-\x7e]{16,500}$/, { message: 'token must be one word of 16 to 500 printable ASCII characters' })
  readonly token?: string;

  /** Adds what prom-client knows of the process: event loop, garbage collection, memory, CPU, handles. */
  @IsBoolean()
  readonly process: boolean = true;
}

/** The daemon from a startup to its end. */
interface Running {
  readonly tallies: RunTallies;
  readonly context: StartupContext;
  /** Undefined until it is needed. */
  registry: Registry | undefined;
}

/** Counts runs, and serves the metrics of the application in the formats of Prometheus and OpenMetrics. */
@BackgroundDaemon({ name: 'metrics', essential: true })
export class Metrics implements OnStartup, OnReady {
  #running: Running | undefined;
  #url: string | undefined;

  constructor(
    private readonly application: Application,
    private readonly events: ApplicationEvents,
    private readonly clock: Clock,
    private readonly settings: MetricsSettings,
    @inject(GIVEN_REGISTRY) @optional() private readonly given?: Registry,
    @inject(RunTraces) @optional() private readonly traces?: RunTraces,
    @inject(ClusterClaims) @optional() private readonly claims?: ClusterClaims,
  ) {}

  /** The registry that the metrics are in; undefined while the daemon does not run. */
  get registry(): Registry | undefined {
    return this.#running && this.#registryOf(this.#running);
  }

  /** The address of the port of its own, such as `http://127.0.0.1:9464/metrics`; undefined without one. */
  get url(): string | undefined {
    return this.#url;
  }

  /**
   * Begins to count. prom-client, which takes longer to load than all of this, is loaded once the application has started.
   * @throws PackageMissingError without prom-client, MetricsRegistryError, MetricsListenError
   */
  async startup(context: StartupContext): Promise<void> {
    findPromClient();
    const { log, defer, fail } = context;
    const running: Running = { tallies: this.#count(defer), context, registry: undefined };
    this.#running = running;
    defer(() => (this.#running = undefined));
    if (this.given !== undefined) this.#registryOf(running);

    const { port, host, token } = this.settings;
    if (port === undefined) {
      if (this.given === undefined && !this.application.listeners.has('web'))
        log.warn('Nothing serves the metrics: load webModule(), or set metrics.port.');
      return;
    }
    const server = await listenForScrapes({
      host,
      port,
      token,
      log,
      fail,
      expose: (accept) => expose(this.#registryOf(running), accept),
    });
    defer(() => server.close());
    this.#url = server.url;
    log.info(`Metrics are at ${server.url}`);
    if (!isLoopback(host) && token === undefined)
      log.warn(`Anybody who reaches ${host} can read the metrics: set metrics.token to ask for one.`);
  }

  /** Has everything ready for the first scrape, in a turn of the loop after those of the boot. */
  ready(): void {
    const { defer, fail } = this.#running?.context ?? {};
    const soon = setImmediate(() => {
      try {
        void this.registry;
      } catch (error) {
        fail?.(error);
      }
    });
    defer?.(() => clearImmediate(soon));
  }

  /**
   * Writes the metrics; undefined while the daemon does not run. Rejects with what a metric of a given registry throws.
   * @param accept - the header `Accept` of the request. @defaultValue the format of Prometheus
   */
  async expose(accept?: string): Promise<Exposition | undefined> {
    const { registry } = this;
    return registry === undefined ? undefined : await expose(registry, accept);
  }

  #count(defer: StartupContext['defer']): RunTallies {
    const { traces } = this;
    const tallies = new RunTallies(() => this.clock.now(), traces && ((run) => traces.traceOf(run)));
    defer(this.events.on('run.finished', tallies.finished));
    defer(this.events.on('run.skipped', tallies.skipped));
    defer(this.events.on('listener.restarting', tallies.restarting));
    defer(this.events.on('loop.blocked', tallies.blocked));
    return tallies;
  }

  /** Makes the registry when it is first needed. @throws MetricsRegistryError; what prom-client throws while it is loaded */
  #registryOf(running: Running): Registry {
    return (running.registry ??= this.#open(running));
  }

  #open({ tallies, context: { defer } }: Running): Registry {
    const client = loadPromClient();
    const registry = this.given ?? new client.Registry();
    defer(addToRegistry(registry, this.#source(tallies)));
    if (this.settings.process) {
      const end = addProcessMetrics(registry);
      // A registry that was given keeps what it has of the process.
      if (this.given === undefined) defer(end);
    }
    return registry;
  }

  /** All metrics of one scrape are read from one status: the registry asks for them without a pause. */
  #source(tallies: RunTallies): () => Scraped {
    let scraped: Scraped | undefined;
    let isFirst = true;
    return () => {
      if (scraped === undefined) {
        const status = this.application.status();
        if (isFirst) begin(status, tallies);
        isFirst = false;
        scraped = { status, tallies, claims: this.claims?.counts };
        queueMicrotask(() => (scraped = undefined));
      }
      return scraped;
    };
  }
}

/** Adds what a boot need not wait for: zeros of tasks without a run, and restarts before the count had begun. */
function begin({ listeners }: ApplicationStatus, tallies: RunTallies): void {
  for (const { name, state, restarts = 0, tasks } of listeners) {
    for (const task of tasks) tallies.of(name, task.name);
    const known = state === 'backing_off' ? restarts + 1 : restarts;
    tallies.restarts.set(name, Math.max(known, tallies.restarts.get(name) ?? 0));
  }
}
