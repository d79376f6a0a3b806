import type { ServiceIdentifier } from 'inversify';

import {
  type ConfigLayers,
  defineListener,
  listenerName,
  resolveConfiguration,
  type ResolvedConfiguration,
  type ResolvedFramework,
  taskName,
} from '../configuration';
import { ApplicationContainer } from '../container/ApplicationContainer';
import type { Override } from '../container/applyOverrides';
import type { Class } from '../container/Class';
import type { Availability } from '../contracts/Availability';
import type { BootPlan } from '../contracts/BootPlan';
import type { Decided, Selection } from '../contracts/CommandLine';
import { type DiscoveredListener, hasTick } from '../contracts/DiscoveredListener';
import { type DaemonDefinition, isDaemon, type ListenerDefinition } from '../contracts/ListenerDefinition';
import { ListenerLogger } from '../contracts/ListenerLogger';
import { type AnyClass, listenerMetadata, taskMetadata } from '../contracts/metadata';
import type { ApplicationModule } from '../contracts/ModuleDefinition';
import { PlanError, type Problems } from '../errors/Problem';
import { BackgroundDaemonRegistry, ListenerRegistry } from '../registry/registries';
import { checkGenerators, checkNames, checkSchedules, checkTaskDecorators } from './checkListeners';
import { createBootPlan } from './createBootPlan';
import { ListenerIndex } from './ListenerIndex';
import { planCluster, type PlannedCluster } from './planCluster';
import { listenerValues } from './listenerValues';
import { missingPackages } from './missingPackages';
import { type PackageCopies, packageCopies } from './packageCopies';
import { planOrder } from './planOrder';
import { NO_PLUGINS, type PluginInput } from './PluginInput';
import { stateNeeds, type StateNeeds } from './stateNeeds';

/** An application to plan. */
export interface PlanInput {
  /** The application's name. */
  readonly name: string;
  readonly listeners: readonly Class[];
  readonly services: readonly Class[];
  readonly modules: readonly ApplicationModule[];
  readonly overrides: readonly Override[];
  /** Makes what is injected and bound nowhere. */
  readonly fake?: ((id: ServiceIdentifier) => unknown) | undefined;
  /** @defaultValue none */
  readonly plugins?: PluginInput;
  readonly layers: ConfigLayers;
  /** True if the packages that the application depends on are looked at in any case. */
  readonly readsPackages: boolean;
  /** The framework's sections of `layers`, merged already. */
  readonly framework: ResolvedFramework;
  /** The framework's own values by type, such as `Application` and `Clock`. Each is made when it is first injected. */
  readonly tokens: ReadonlyMap<ServiceIdentifier, () => unknown>;
  /**
   * Makes a logger.
   *
   * @param owner - the name of a listener, else of the class that asks.
   */
  readonly loggerFor: (owner: string) => ListenerLogger;
  /** Makes the `Availability` of a listener. */
  readonly availabilityOf: (listenerName: string) => Availability<object>;
  /** The instant of planning, in epoch milliseconds; the plan shows the due moments after it. */
  readonly now: number;
  /** True if a cluster engine from outside takes the place of the one that is bound. @defaultValue false */
  readonly hasClusterEngine?: boolean;
  /** @defaultValue every listener */
  readonly selection?: Selection;
  /** Called when the values are resolved, also if the plan fails afterwards. */
  readonly decided?: (decided: Decided) => void;
  /** Collects everything wrong, for one error. May hold problems already. */
  readonly problems: Problems;
}

/** A planned application: everything bound and decided, nothing constructed. */
export interface PlannedApplication {
  readonly plan: BootPlan;
  readonly container: ApplicationContainer;
  /** In registration order. */
  readonly listeners: ListenerRegistry;
  /** In registration order. A daemon's entry is the same object as in `listeners`. */
  readonly daemons: BackgroundDaemonRegistry;
  /** In start order. The same objects as in the registries. */
  readonly definitions: readonly ListenerDefinition[];
  readonly configuration: ResolvedConfiguration;
  readonly needs: StateNeeds;
  /** Undefined if nothing has cluster scope. */
  readonly cluster: PlannedCluster | undefined;
}

/**
 * Binds an application, resolves its configuration, orders its listeners and checks everything. Constructs nothing.
 *
 * @throws {@link PlanError} with all problems, those in `input.problems` before the call included.
 */
export async function planApplication(input: PlanInput): Promise<PlannedApplication> {
  const { problems, plugins = NO_PLUGINS } = input;
  const names = new Map<AnyClass, string>();
  // Read when something is constructed, which is after the listeners are known.
  const late: { listeners?: ListenerIndex } = {};
  const container = await ApplicationContainer.build(
    {
      ...input,
      plugins: plugins.bindings,
      // A factory that asks for a logger has no class, so it gets the logger of the application.
      tokens: new Map([[ListenerLogger, () => input.loggerFor(input.name)], ...input.tokens]),
      loggerOf: (asking) => input.loggerFor(names.get(asking) ?? asking.name),
      availabilityOf: (target) => {
        const index = late.listeners?.ofClass(target);
        return index === undefined ? absent(target) : input.availabilityOf(late.listeners?.nameOf(index) ?? '');
      },
    },
    problems,
  );
  const listeners = new ListenerIndex(container);
  late.listeners = listeners;
  for (const { target, name, index } of container.listeners) {
    names.set(target, name);
    const { implementation } = listeners.boundOf(index);
    if (implementation !== undefined && implementation !== target) names.set(implementation, name);
  }
  checkNames(container.listeners, problems);

  const configuration = withPlugins(await configure(input, container), plugins);
  container.settings.provide(configuration.settings);
  const definitions = container.listeners.map((listener) =>
    defineListener(listener, configuration.listeners.get(listener.name), problems),
  );
  input.decided?.({
    values: [...configuration.values, ...listenerValues(definitions)],
    plugins: plugins.describe(),
    missingPackages: () => missingPackages(container, definitions, configuration),
  });
  checkSchedules(definitions, input.now, problems);
  checkGenerators(container.listeners, problems);
  checkTaskDecorators(container.graph.all, problems);
  const cluster = planCluster(listeners, definitions, input.hasClusterEngine === true, problems);
  const ordered = planOrder(listeners, definitions, input.selection, problems, cluster?.listener);
  const enabled = definitions.filter((_, index) => !ordered.disabled.has(index));
  const needs = stateNeeds(container.graph, enabled, configuration, problems);
  const copies = (): readonly PackageCopies[] =>
    packageCopies(
      input.readsPackages || problems.list.length > 0 ? input.layers.baseDirectory() : undefined,
      container.listeners.map(({ target }) => target),
      input.layers.dependenciesOf,
    );
  if (problems.list.length > 0) {
    // Often the cause of the others. By itself it may do no harm, and is a warning.
    for (const copy of copies()) problems.add('DUPLICATE_PACKAGE', copy);
    throw new PlanError(input.name, problems.list);
  }

  definitions.forEach((definition, index) => {
    definition.edges = ordered.after[index] ?? [];
    definition.disabledReason = ordered.disabled.get(index);
    if (isDaemon(definition)) keepCallableTasks(definition, container.listeners[index] as DiscoveredListener);
  });
  return {
    ...registries(definitions, container),
    container,
    configuration,
    needs,
    cluster,
    definitions: ordered.order.map((index) => definitions[index] as ListenerDefinition),
    plan: createBootPlan({
      name: input.name,
      now: input.now,
      listeners: container.listeners,
      definitions,
      ordered,
      configuration,
      bounds: container.graph.all,
      modules: container.modules,
      copies,
      plugins,
    }),
  };
}

/** Drops the tasks whose method is missing: an object that overrides a listener need not have all of them. */
function keepCallableTasks(definition: DaemonDefinition, { hooks, target }: DiscoveredListener): void {
  if (hooks === target.prototype) return;
  const methods = hooks as Readonly<Record<string, unknown>>;
  definition.tasks = definition.tasks.filter(({ method }) => typeof methods[method] === 'function');
}

function absent(target: AnyClass): Availability<object> {
  const metadata = listenerMetadata(target);
  const name = metadata === undefined ? target.name : listenerName(target.name, metadata);
  return { current: () => ({ state: 'disabled', reason: `${name} is not part of this application` }) };
}

function configure(
  { layers, framework, problems, plugins = NO_PLUGINS }: PlanInput,
  container: ApplicationContainer,
): Promise<ResolvedConfiguration> {
  const listeners = container.listeners.map((listener) => ({
    name: listener.name,
    daemon: listenerMetadata(listener.target)?.kind === 'daemon',
    tasks: taskNames(listener),
  }));
  const schema = {
    listeners,
    settings: container.settings.read,
    unreadSettings: container.settings.unread,
    mayHaveOtherSettings: container.hasUnknownInjections,
    plugins: plugins.configurable,
  };
  return resolveConfiguration(layers, framework, schema, problems);
}

function taskNames(listener: DiscoveredListener): readonly string[] {
  const tasks = taskMetadata(listener.target);
  const tick = hasTick(listener) ? ['tick'] : [];
  return tasks.length === 0 ? tick : [...new Set([...tick, ...tasks.map(taskName)])];
}

const withPlugins = (
  configuration: ResolvedConfiguration,
  { values, secrets }: PluginInput,
): ResolvedConfiguration => ({
  ...configuration,
  values: [...configuration.values, ...values],
  secrets: [...configuration.secrets, ...secrets],
});

function registries(
  definitions: readonly ListenerDefinition[],
  container: ApplicationContainer,
): Pick<PlannedApplication, 'listeners' | 'daemons'> {
  const resolve = (id: ServiceIdentifier<object>): object => container.resolve(id);
  return {
    listeners: new ListenerRegistry(definitions, resolve),
    daemons: new BackgroundDaemonRegistry(
      definitions.filter((definition) => isDaemon(definition)),
      resolve,
    ),
  };
}
