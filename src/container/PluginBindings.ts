import type { ServiceIdentifier } from 'inversify';

import type { ApplicationModule } from '../contracts/ModuleDefinition';
import type { Class } from './Class';

/** What a plugin adds to the container. */
export interface PluginBindings {
  readonly name: string;
  /** Decorated classes and modules, in the order they were registered. */
  readonly added: readonly (Class | ApplicationModule)[];
  readonly constants: ReadonlyMap<ServiceIdentifier, unknown>;
}
