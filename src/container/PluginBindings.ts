import type { ContainerModule, ServiceIdentifier } from 'inversify';

import type { Class } from './Class';

/** What a plugin adds to the container. */
export interface PluginBindings {
  readonly name: string;
  /** Decorated classes and modules, in the order they were registered. */
  readonly added: readonly (Class | ContainerModule)[];
  readonly constants: ReadonlyMap<ServiceIdentifier, unknown>;
}
