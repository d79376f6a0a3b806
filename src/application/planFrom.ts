import { resolve } from 'node:path';

import type { ServiceIdentifier } from 'inversify';

import {
  type ConfigLayer,
  type ConfigLayers,
  createRedactor,
  loadLayers,
  type ResolvedConfiguration,
  resolveFramework,
  toTree,
} from '../configuration';
import { Application } from '../contracts/Application';
import { ApplicationEvents } from '../contracts/ApplicationEvents';
import { ApplicationAddress } from '../contracts/ApplicationAddress';
import type { AvailabilityState } from '../contracts/Availability';
import { Clock } from '../contracts/Clock';
import type { ClusterEngine } from '../contracts/ClusterEngine';
import type { CommandLine } from '../contracts/CommandLine';
import { Identities } from '../contracts/Identity';
import { limited, type ListenerLogger } from '../contracts/ListenerLogger';
import type { Plugin } from '../contracts/Plugin';
import { RunHistory } from '../contracts/RunHistory';
import { RunLedger } from '../contracts/RunLedger';
import { StateDatabase } from '../contracts/StateDatabase';
import type { DaemonCoordinator } from '../coordinator/DaemonCoordinator';
import { PlanError, Problems } from '../errors/Problem';
import { createLogging, type Logging } from '../observability/createLogging';
import { EventBus } from '../observability/EventBus';
import { planApplication, type PlanInput, type PlannedApplication } from '../planning/planApplication';
import type { LoadedPlugins } from '../plugins/LoadedPlugins';
import { loadPlugins, type PluginSources } from '../plugins/loadPlugins';
import { planWithPlugins } from '../plugins/planWithPlugins';
import type { PluginServices } from '../plugins/registerPlugins';
import { SystemClock } from '../time/SystemClock';
import type { ApplicationOptions } from './ApplicationOptions';
import { checkApplicationOptions } from './checkApplicationOptions';
import { availabilityOf } from './listenerViews';

/** Decisions of the testing kit and the command line, beyond the options of an application. */
export interface BuildOptions {
  /** The command in control of this process. @defaultValue none */
  readonly commandLine?: Pick<CommandLine, 'selection' | 'assignments' | 'decided'>;
  /** Bindings to replace before anything is constructed. @defaultValue `[]` */
  readonly overrides?: PlanInput['overrides'];
  /** Makes what is injected and bound nowhere. @defaultValue none: what is missing is a problem */
  readonly fake?: PlanInput['fake'];
  /** The folder whose installed plugins are found, unless the options say. @defaultValue the base directory of the configuration */
  readonly pluginsFrom?: string | false;
  /** True for an application that leaves no files behind. @defaultValue false: state is kept in `state.directory` */
  readonly keepsStateInMemory?: (configuration: ResolvedConfiguration) => boolean;
  /** False for an application whose state need not outlive a loss of power: it waits for no disk. @defaultValue true */
  readonly syncsState?: boolean;
  /** Makes the cluster engine that takes the place of the one that is bound. Called when something has cluster scope. */
  readonly clusterEngine?: () => ClusterEngine;
  /** False for an application whose event loop is not watched, whatever is configured. @defaultValue true */
  readonly isWatched?: boolean;
}

/** Objects that are bound when the application is planned, and made when it is assembled. */
interface LateParts {
  application?: Application;
  coordinator?: DaemonCoordinator;
  ledger?: RunLedger;
  history?: RunHistory;
  identities?: Identities;
  state?: StateDatabase;
  address?: ApplicationAddress;
}

/** A planned application, with the objects it was planned with. */
export interface PlannedFrom {
  readonly name: string;
  readonly clock: Clock;
  readonly logging: Logging;
  /** The logger of the application itself. */
  readonly log: ListenerLogger;
  readonly events: EventBus;
  readonly plugins: LoadedPlugins;
  readonly pluginServices: PluginServices;
  readonly planned: PlannedApplication;
  readonly keepsStateInMemory: boolean;
  readonly syncsState: boolean;
  readonly isWatched: boolean;
  /** See {@link BuildOptions.clusterEngine}. */
  readonly clusterEngine: BuildOptions['clusterEngine'];
  /** True if the application brings the sink of its log. */
  readonly hasOwnSink: boolean;
  /** Filled by whoever assembles the application, before anything is resolved. */
  readonly late: LateParts;
}

/**
 * Plans an application: checks the options, loads the configuration, has the plugins register, binds and orders the
 * listeners. Constructs no service and starts nothing.
 *
 * @throws PlanError with everything that is wrong.
 */
export async function planFrom(options: ApplicationOptions, build: BuildOptions = {}): Promise<PlannedFrom> {
  const problems = new Problems();
  checkApplicationOptions(options, problems);
  if (problems.list.length > 0) throw new PlanError(String(options.name), problems.list);

  const { name, clock = new SystemClock() } = options;
  const logging = createLogging({
    now: () => clock.now(),
    later: (ms, fn) => clock.at(clock.now() + ms, fn, { elapsed: true }),
    sink: options.logger,
  });
  const log = logging.logger();
  const events = new EventBus((event, error) => {
    log.error(`a subscriber of ${event} failed`, { error, ...limited(`subscriber of ${event}`) });
  });

  const sources = pluginSources(options.plugins, build.pluginsFrom);
  const loaded = await loadLayers(options.config, problems);
  const layers: ConfigLayers = {
    ...loaded,
    layers: [...pluginLayers(options.plugins), ...loaded.layers],
    assignments: build.commandLine?.assignments,
  };
  const resolved = resolveFramework(layers, problems);
  const { framework } = resolved;
  const secrets: string[] = [];
  const pluginServices: PluginServices = {
    application: name,
    layers,
    atState: (path: string) => resolve(framework.state.directory, path),
    logger: (plugin) => logging.logger(undefined, { pluginName: plugin }),
    hide: (texts) => {
      secrets.push(...texts);
      logging.configure(framework.logging, createRedactor(secrets));
    },
    clock,
  };
  logging.configure(framework.logging);
  const plugins = await loadPlugins(sources, framework.plugins, pluginServices, problems);

  const late: LateParts = {};
  const input: Omit<PlanInput, 'plugins' | 'problems'> = {
    name,
    listeners: options.listeners ?? [],
    services: options.services ?? [],
    modules: options.modules ?? [],
    overrides: build.overrides ?? [],
    fake: build.fake,
    layers,
    readsPackages: sources.from !== false,
    hasClusterEngine: build.clusterEngine !== undefined,
    framework: resolved,
    selection: build.commandLine?.selection,
    decided: build.commandLine?.decided,
    // Nothing resolves a token before the application is assembled.
    tokens: new Map<ServiceIdentifier, () => unknown>([
      [Application, () => late.application],
      [Clock, () => clock],
      [ApplicationEvents, () => events],
      [RunLedger, () => late.ledger],
      [RunHistory, () => late.history],
      [Identities, () => late.identities],
      [StateDatabase, () => late.state],
      [ApplicationAddress, () => late.address],
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
  const keepsStateInMemory = build.keepsStateInMemory?.(planned.configuration) ?? false;
  const { isWatched = true, syncsState = true } = build;
  const hasOwnSink = options.logger !== undefined;
  return {
    ...{ name, clock, logging, log, events, plugins, pluginServices, planned },
    ...{ keepsStateInMemory, syncsState, isWatched, hasOwnSink, late, clusterEngine: build.clusterEngine },
  };
}

type Plugins = NonNullable<ApplicationOptions['plugins']>;

const isList = (plugins: Plugins): plugins is readonly (string | Plugin)[] => Array.isArray(plugins);

const asOptions = (plugins: Plugins) => (isList(plugins) ? { enabled: plugins } : plugins);

function pluginSources(plugins: Plugins = {}, fallback: string | false | undefined): PluginSources {
  const { from = fallback, enabled = [] } = asOptions(plugins);
  return { from, given: enabled.filter((item): item is Plugin => typeof item !== 'string') };
}

/** The `plugins` option as the lowest layer of the configuration. */
function pluginLayers(plugins: Plugins = {}): readonly ConfigLayer[] {
  const { from: _, enabled, ...others } = asOptions(plugins);
  const names = enabled?.map((item) => (typeof item === 'string' ? item : item.name));
  const configured = Object.entries({ ...others, enabled: names }).filter(([, value]) => value !== undefined);
  if (configured.length === 0) return [];
  const origin = 'createApplication';
  return [{ origin, data: toTree({ plugins: Object.fromEntries(configured) }, { origin }) }];
}
