import { randomUUID } from 'node:crypto';

import type { ServiceIdentifier } from 'inversify';

import { createRedactor } from '../configuration/settings/secrets';
import type { ConfigLayers } from '../configuration/layers/ConfigLayers';
import { loadLayers } from '../configuration/layers/loadLayers';
import { readFramework } from '../configuration/readFramework';
import type { ResolvedConfiguration } from '../configuration/resolveConfiguration';
import { Application, type Registry } from '../contracts/Application';
import { ApplicationEvents } from '../contracts/ApplicationEvents';
import type { AvailabilityState } from '../contracts/Availability';
import { Clock } from '../contracts/Clock';
import type { ListenerEntry } from '../contracts/entries';
import { Identities } from '../contracts/Identity';
import type { CommandLine } from '../contracts/CommandLine';
import { RunLedger } from '../contracts/RunLedger';
import type { Engine } from '../coordinator/Engine';
import { DaemonCoordinator } from '../coordinator/DaemonCoordinator';
import { withDeadline } from '../time/withDeadline';
import { PlanError, Problems } from '../errors/Problem';
import { createLogging } from '../observability/createLogging';
import { EventBus } from '../observability/EventBus';
import { logEvents } from '../observability/logEvents';
import { planApplication, type PlanInput } from '../planning/planApplication';
import { applyPlugins, loadPlugins } from '../plugins/loadPlugins';
import { PluginIdentities } from '../plugins/PluginIdentities';
import { planWithPlugins } from '../plugins/planWithPlugins';
import type { PluginHost } from '../plugins/registerPlugin';
import { FileStateStore } from '../scheduling/FileStateStore';
import { InMemoryRunLedger } from '../scheduling/InMemoryRunLedger';
import { InProcessScheduler } from '../scheduling/InProcessScheduler';
import type { StateStore } from '../scheduling/StateStore';
import { SystemClock } from '../time/SystemClock';
import { ApplicationLifecycle } from './ApplicationLifecycle';
import type { ApplicationOptions } from './ApplicationOptions';
import { checkApplicationOptions } from './checkApplicationOptions';
import type { ApplicationParts, DaemonApplication } from './DaemonApplication';
import { availabilityOf } from './listenerViews';
import { ownPlugins } from './ownPlugins';

/** What the testing kit and the command line decide beyond the options. */
export interface BuildOptions {
  readonly commandLine?: Pick<CommandLine, 'selection' | 'assignments' | 'decided'>;
  readonly overrides?: readonly (readonly [ServiceIdentifier, unknown])[];
  /** Where installed plugins are looked for, unless the options say. @defaultValue the base directory of the configuration */
  readonly pluginsFrom?: string | false;
  /** @defaultValue a file in `state.directory` */
  readonly stateStore?: (configuration: ResolvedConfiguration) => StateStore | undefined;
}

/**
 * Puts an application together: options, configuration, container, plan. Constructs no service and starts nothing.
 *
 * @param create - makes the application of its parts.
 * @throws PlanError with everything that is wrong.
 */
export async function buildApplication<A extends DaemonApplication>(
  options: ApplicationOptions,
  create: (parts: ApplicationParts) => A,
  build: BuildOptions = {},
): Promise<A> {
  const problems = new Problems();
  checkApplicationOptions(options, problems);
  if (problems.list.length > 0) throw new PlanError(String(options.name), problems.list);

  const clock = options.clock ?? new SystemClock();
  const logging = createLogging({
    now: () => clock.now(),
    ...(options.logger === undefined ? {} : { sink: options.logger }),
  });
  const log = logging.logger();
  const events = new EventBus((name, error) => {
    log.error(`a subscriber of ${name} failed`, { error });
  });
  // Bound before it exists: nothing resolves a token before the application is whole.
  const late: { application?: A; coordinator?: DaemonCoordinator; ledger?: RunLedger; identities?: Identities } = {};

  const own = ownPlugins(options.plugins, build.pluginsFrom);
  const loaded = await loadLayers(options.config, problems);
  const layers: ConfigLayers = {
    ...loaded,
    layers: [...own.layers, ...loaded.layers],
    ...(build.commandLine === undefined ? {} : { assignments: build.commandLine.assignments }),
  };
  const early = readFramework(layers);
  const hidden: string[] = [];
  const pluginHost: PluginHost = {
    application: options.name,
    layers,
    logger: (plugin) => logging.logger(undefined, { pluginName: plugin }),
    hide: (texts) => {
      hidden.push(...texts);
      logging.configure(early.logging, createRedactor(hidden));
    },
    limit: (ms, work, expired, tooLate) => withDeadline(clock, ms, work, expired, tooLate),
  };
  pluginHost.hide([]);
  const plugins = await loadPlugins(own, early.plugins, pluginHost, problems);

  const input: Omit<PlanInput, 'plugins' | 'problems'> = {
    name: options.name,
    listeners: options.listeners ?? [],
    services: options.services ?? [],
    modules: options.modules ?? [],
    overrides: build.overrides ?? [],
    layers,
    ...(build.commandLine === undefined
      ? {}
      : { selection: build.commandLine.selection, decided: build.commandLine.decided }),
    tokens: new Map<ServiceIdentifier, () => unknown>([
      [Application, () => late.application],
      [Clock, () => clock],
      [ApplicationEvents, () => events],
      [RunLedger, () => late.ledger],
      [Identities, () => late.identities],
    ]),
    loggerFor: (owner) => logging.logger(owner),
    availabilityOf: (listener) => ({
      current: (): AvailabilityState<object> => {
        const runtime = late.coordinator?.runtime(listener);
        return runtime === undefined ? { state: 'stopped' } : availabilityOf(runtime);
      },
    }),
    now: clock.now(),
  };
  const planned = await planWithPlugins(plugins, problems, (added, found) =>
    planApplication({ ...input, plugins: added, problems: found }),
  );

  const { framework, secrets } = planned.configuration;
  const redactor = createRedactor(secrets);
  logging.configure(framework.logging, redactor);
  logging.own(ownersOf(planned.listeners));
  const endLogEvents = logEvents(events, logging);
  applyPlugins(plugins, events, pluginHost.logger);
  late.identities = new PluginIdentities(plugins.identityProviders, {
    ...pluginHost,
    file: framework.plugins.identityFile,
  });
  const sessionId = randomUUID();
  let runs = 0;
  const ledger = new InMemoryRunLedger({ runsPerTask: framework.ledger.runsPerTask });
  for (const { name } of planned.listeners.list()) {
    ledger.declare(name, planned.daemons.get(name)?.tasks.map((task) => task.name) ?? []);
  }
  late.ledger = ledger;

  const execution = {
    sessionId,
    clock,
    logger: (listener: string, bound?: Record<string, unknown>) => logging.logger(listener, bound),
    // Not within the call: what asks for the stop may finish first what it does synchronously.
    requestShutdown: (reason: string) => {
      queueMicrotask(() => void lifecycle.stop(reason));
    },
  };
  const scheduler = new InProcessScheduler({
    environment: execution,
    emit: (name, event) => {
      events.emit(name, event);
      if (name === 'listener.stuck') lifecycle.announceDegraded();
    },
    ledger,
    // Unique wherever it ends up, and a tenth of what another UUID costs.
    nextRunId: () => `${sessionId}-${++runs}`,
    store:
      build.stateStore?.(planned.configuration) ?? new FileStateStore(framework.state.directory, options.name, log),
  });
  const engine: Engine = {
    ...execution,
    emit: events.emit,
    scheduler,
    config: framework,
    resolve: (id) => planned.container.resolve(id),
  };
  const coordinator = new DaemonCoordinator(engine, planned.definitions, planned.daemons, (death) => {
    lifecycle.died(death);
  });
  const lifecycle = new ApplicationLifecycle(
    options.name,
    engine,
    coordinator,
    {
      disposeServices: () => planned.container.disposeServices(),
      flushLogs: async () => {
        endLogEvents();
        await logging.flush();
      },
      release: () => {
        planned.container.release();
      },
    },
    log,
  );
  late.coordinator = coordinator;
  late.application = create({
    name: options.name,
    plan: planned.plan,
    container: planned.container.container,
    listeners: planned.listeners,
    daemons: planned.daemons,
    coordinator,
    lifecycle,
    events,
    engine,
    ledger,
    log,
    redact: (data) => (secrets.length === 0 ? data : redactor.data(data)),
  });
  return late.application;
}

const ownersOf = (listeners: Registry<ListenerEntry>): ReadonlyMap<string, string> =>
  new Map(
    listeners.list().flatMap(({ name, pluginName }) => (pluginName === undefined ? [] : [[name, pluginName] as const])),
  );
