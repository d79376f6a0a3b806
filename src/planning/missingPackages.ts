import type { ResolvedConfiguration } from '../configuration';
import type { ApplicationContainer } from '../container/ApplicationContainer';
import type { ListenerDefinition } from '../contracts/ListenerDefinition';
import type { ModuleDefinition, SettingsReader } from '../contracts/ModuleDefinition';
import { toError } from '../errors/serializeError';

/**
 * Loads the optional packages that the modules of a planned application need as they are configured. A module whose listeners
 * are all switched off needs none.
 *
 * @param definitions - the listeners in registration order, with the reasons why they are switched off.
 * @returns the errors of those that cannot be loaded, in load order of the modules.
 */
export function missingPackages(
  container: Pick<ApplicationContainer, 'definitions' | 'listeners'>,
  definitions: readonly ListenerDefinition[],
  { settings }: Pick<ResolvedConfiguration, 'settings'>,
): readonly Error[] {
  const read: SettingsReader = (wanted) => {
    const found = settings.get(wanted);
    if (found === undefined) throw new Error(`No part of the application injects ${wanted.name}.`);
    return found as InstanceType<typeof wanted>;
  };
  const isOff = ({ name }: ModuleDefinition): boolean => {
    const own = container.listeners.filter(({ origin }) => origin.kind === 'modules' && origin.at === name);
    return own.length > 0 && own.every(({ index }) => definitions[index]?.disabledReason !== undefined);
  };
  return container.definitions.flatMap((module) => {
    if (module.packages === undefined || isOff(module)) return [];
    return module.packages(read).flatMap((load) => {
      try {
        load();
        return [];
      } catch (error) {
        return [toError(error)];
      }
    });
  });
}
