import { type Container, ContainerModule, type ContainerModuleLoadOptions } from 'inversify';

import { type BindingOrigin, describeOrigin } from '../contracts/DiscoveredListener';
import { PluginRebindsError } from '../errors/pluginErrors';
import type { Problems } from '../errors/Problem';
import { toError } from '../errors/serializeError';
import { foreignModule } from './foreignModule';
import { type BindingObserver, TrackedBinding } from './TrackedBinding';

/**
 * Loads a module, awaiting its callback. What is wrong with it becomes a problem.
 *
 * @param limit - takes away from what the module can do.
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
    foreignModule(module, origin, problems);
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
      what: `${describeOrigin(origin)} threw while it was loaded: ${error.message}`,
      facts: { error: error.stack ?? `${error.name}: ${error.message}` },
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
  };
}
