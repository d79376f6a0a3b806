import type { AnyClass } from '../src/contracts/metadata';

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
}
