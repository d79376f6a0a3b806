import type { ServiceIdentifier, Container, ContainerModuleLoadOptions } from 'inversify';

import { type BindingOrigin, describeOrigin } from '../contracts/DiscoveredListener';
import type { ApplicationModule } from '../contracts/ModuleDefinition';
import { OperatorJournal } from '../contracts/OperatorJournal';
import { RunInterceptor } from '../contracts/RunInterceptor';
import { StateTables } from '../contracts/StateDatabase';
import { PluginRebindsError } from '../errors/pluginErrors';
import type { Problems } from '../errors/Problem';
import { checkListenerClass } from './bindClasses';
import { type BindingGraph, unwrap } from './BindingGraph';
import { type Class, identifierName } from './Class';
import { loadModule } from './loadModule';
import type { ModuleOrder } from './ModuleOrder';
import type { BindingObserver } from './BindingNote';
import { TrackedBinding } from './TrackedBinding';

/** The bindings that a plugin adds to the container. */
export interface PluginBindings {
  readonly name: string;
  /** Decorated classes and modules, in the order they were registered. */
  readonly added: readonly (Class | ApplicationModule)[];
  /** Values to bind, by identifier. */
  readonly constants: ReadonlyMap<ServiceIdentifier, unknown>;
}

/** An identifier that was bound already when a plugin bound it. */
export interface ContestedIdentifier {
  readonly id: ServiceIdentifier;
  readonly plugin: string;
}

/**
 * Binds what a plugin adds, and the modules that its modules need, unless they are loaded already. Everything wrong is
 * added to `problems`.
 *
 * @returns the identifiers that the plugin binds although they were bound before.
 */
export async function bindPlugin(
  { name, added, constants }: PluginBindings,
  container: Container,
  modules: ModuleOrder,
  observer: BindingObserver,
  problems: Problems,
): Promise<readonly ContestedIdentifier[]> {
  const own = new Set<ServiceIdentifier>();
  const contested = new Map<ServiceIdentifier, ContestedIdentifier>();
  const claim = (id: ServiceIdentifier): void => {
    if (!own.has(id) && container.isBound(id)) contested.set(id, { id, plugin: name });
    own.add(id);
  };
  const origin: BindingOrigin = { kind: 'plugin', plugin: name };
  const bind = (id: ServiceIdentifier): TrackedBinding<unknown> => {
    claim(id);
    return new TrackedBinding(container.bind(id), id, origin, observer);
  };
  for (const [id, value] of constants) bind(id).toConstantValue(value);
  for (const item of added) {
    if (isListenerClass(item)) {
      if (checkListenerClass(item, origin, problems)) bind(item).toSelf();
    } else {
      for (const { module, origin: place } of modules.resolve(item, origin)) {
        await loadModule(container, module, place, observer, problems, (options) => addOnly(options, name, own, claim));
      }
    }
  }
  return [...contested.values()];
}

const isListenerClass = (item: Class | ApplicationModule): item is Class => typeof item === 'function';

/**
 * Reports the identifiers that a plugin binds although they were bound before: an injection would find two bindings. Not
 * reported if the identifier is injected with `@multiInject()`, nor for what the engine takes all of.
 */
export function reportContested(
  contested: readonly ContestedIdentifier[],
  graph: BindingGraph,
  problems: Problems,
): void {
  if (contested.length === 0) return;
  const collected = new Set<unknown>([RunInterceptor, OperatorJournal, StateTables]);
  for (const { sources } of graph.all) {
    for (const source of sources) if (source.kind === 'inject' && source.multiple) collected.add(unwrap(source.id));
  }
  for (const { id, plugin } of contested) {
    if (collected.has(id)) continue;
    const { what, facts, fix } = new PluginRebindsError(plugin, 'binds', identifierName(id));
    const origins = graph.bindings(id).map((bound) => describeOrigin(bound.origin));
    problems.add('PLUGIN_REBINDS', { what, facts: { ...facts, bound: origins }, fix });
  }
}

/** Limits a plugin's module to adding: it throws on anything that would change the bindings of others. */
function addOnly(
  options: ContainerModuleLoadOptions,
  plugin: string,
  own: ReadonlySet<ServiceIdentifier>,
  claim: (id: ServiceIdentifier) => void,
): ContainerModuleLoadOptions {
  const refuse =
    (deed: string) =>
    (id: unknown): never => {
      throw new PluginRebindsError(plugin, deed, typeof id === 'object' ? 'a module' : identifierName(id as string));
    };
  return {
    ...options,
    bind: (id) => {
      claim(id);
      return options.bind(id);
    },
    rebind: refuse('rebinds'),
    rebindAsync: refuse('rebinds'),
    unbind: refuse('unbinds'),
    unbindAsync: refuse('unbinds'),
    onActivation: (id, activation) => {
      if (!own.has(id)) refuse('intercepts')(id);
      options.onActivation(id, activation);
    },
    onDeactivation: (id, deactivation) => {
      if (!own.has(id)) refuse('intercepts')(id);
      options.onDeactivation(id, deactivation);
    },
  };
}
