import type { AnyClass } from '../contracts/metadata';
import type { Shape } from './tree/Shape';

/** A listener as far as its configuration is concerned. */
export interface ConfigurableListener {
  readonly name: string;
  readonly daemon: boolean;
  /** The names of its tasks, `tick` included. */
  readonly tasks: readonly string[];
}

/** What can be configured in an application, beside the framework itself. */
export interface ConfigurationSchema {
  readonly listeners: readonly ConfigurableListener[];
  /** The classes with `@Settings`. */
  readonly settings: readonly AnyClass[];
  /** @defaultValue no plugin */
  readonly plugins?: ConfigurablePlugins;
}

export interface ConfigurablePlugins {
  /** What is known below `plugins.settings`, by plugin. */
  readonly settings: ReadonlyMap<string, Shape>;
  /** A plugin that is meant to be there is not, so that its listeners are not known. */
  readonly incomplete: boolean;
}
