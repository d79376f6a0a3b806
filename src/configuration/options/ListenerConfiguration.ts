import type { ConfiguredValue } from '../tree/ConfigTree';

/** What operators have configured of one listener, unchecked but for the names. */
export interface ListenerConfiguration {
  readonly options: ReadonlyMap<string, ConfiguredValue>;
  /** The options of single tasks, by the task's name. */
  readonly tasks: ReadonlyMap<string, ReadonlyMap<string, ConfiguredValue>>;
}
