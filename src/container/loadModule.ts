import { createRequire } from 'node:module';

import { type Container, ContainerModule, type ContainerModuleLoadOptions } from 'inversify';

import { type BindingOrigin, describeOrigin } from '../contracts/DiscoveredListener';
import { PluginRebindsError } from '../errors/pluginErrors';
import type { Problems } from '../errors/Problem';
import { messageOf, stackOf, toError } from '../errors/serializeError';
import { observedActivation } from './activations';
import type { BindingObserver } from './BindingNote';
import { TrackedBinding } from './TrackedBinding';

/**
 * Loads a module and awaits its callback. Everything wrong is added to `problems`.
 *
 * @param limit - wraps the options that the module's callback gets, to restrict what it can do.
 */
export async function loadModule(
  container: Container,
  module: unknown,
  origin: BindingOrigin,
  observer: BindingObserver,
  problems: Problems,
  limit = (options: ContainerModuleLoadOptions) => options,
): Promise<void> {
  if (!(module instanceof ContainerModule)) {
    reportForeignModule(module, origin, problems);
    return;
  }
  const tracked = new ContainerModule((options) => module.load(limit(tracking(options, origin, observer))));
  try {
    await container.loadAsync(tracked);
  } catch (thrown) {
    const error = toError(thrown);
    if (error instanceof PluginRebindsError) {
      const { what, facts, fix } = error;
      problems.add('PLUGIN_REBINDS', { what, facts, fix });
      return;
    }
    problems.add('MODULE_FAILED', {
      what: `${describeOrigin(origin)} threw while it was loaded: ${messageOf(error)}`,
      facts: { error: stackOf(error) },
      fix: 'remove the cause. A module only binds: it resolves nothing and does no work.',
    });
  }
}

function tracking(
  options: ContainerModuleLoadOptions,
  origin: BindingOrigin,
  observer: BindingObserver,
): ContainerModuleLoadOptions {
  return {
    ...options,
    bind: (id) => new TrackedBinding(options.bind(id), id, origin, observer),
    rebind: (id) => new TrackedBinding(options.rebind(id), id, origin, observer),
    rebindAsync: async (id) => new TrackedBinding(await options.rebindAsync(id), id, origin, observer),
    onActivation: (id, activation) => {
      options.onActivation(id, observedActivation(id, activation, describeOrigin(origin), observer.promised));
    },
  };
}

/** Reports a value given as a module that is neither a `ContainerModule` of the inversify in use nor a definition. */
function reportForeignModule(module: unknown, origin: BindingOrigin, problems: Problems): void {
  if (!looksLikeModule(module)) {
    problems.add('MODULE_FAILED', {
      what: `${describeOrigin(origin)} is no module.`,
      facts: { given: describeGiven(module) },
      fix: 'give a ContainerModule of inversify, or what `defineModule` returns. If a function makes it, call it, and await what it returns.',
    });
    return;
  }
  problems.add('FOREIGN_CONTAINER', {
    what: `${describeOrigin(origin)} is a ContainerModule of another copy of inversify.`,
    facts: { 'inversify in use': ownPath(), 'inversify of the module': foreignPath(module) },
    fix: 'keep one copy: declare inversify as a peer dependency in the package of the module, then `npm dedupe`.',
  });
}

const looksLikeModule = (module: unknown): module is object =>
  typeof module === 'object' &&
  module !== null &&
  typeof (module as { id?: unknown }).id === 'number' &&
  (className(module) === 'ContainerModule' || typeof (module as { load?: unknown }).load === 'function');

const className = (value: object): string =>
  (value as { constructor?: { name: string } }).constructor?.name ?? 'without a class';

function describeGiven(module: unknown): string {
  if (module instanceof Promise) return 'a promise';
  if (typeof module === 'function') return `the function ${module.name === '' ? '(anonymous)' : module.name}`;
  return typeof module === 'object' && module !== null ? `an object of the class ${className(module)}` : String(module);
}

function ownPath(): string {
  try {
    return createRequire(__filename).resolve('inversify');
  } catch {
    return 'in the bundle of the application';
  }
}

function foreignPath(module: object): string {
  for (const [file, loaded] of Object.entries(require.cache)) {
    const exported = loaded?.exports as { ContainerModule?: unknown } | undefined;
    const candidate = exported?.ContainerModule;
    if (typeof candidate === 'function' && module instanceof candidate) return file;
  }
  return 'not found among the loaded files';
}
