import type { Clock } from '../contracts/Clock';
import type { ConfigOptions } from '../contracts/configuration';
import type { LogSink } from '../contracts/ListenerLogger';
import type { ApplicationModule } from '../contracts/ModuleDefinition';
import type { Plugin, PluginOptions } from '../contracts/Plugin';
import type { Class } from '../container/Class';

/** The options of `createApplication`. */
export interface ApplicationOptions {
  /** The name of the application, shown in status, plan and logs. */
  readonly name: string;
  /** Decorated classes; each is bound as a singleton. @defaultValue `[]` */
  readonly listeners?: readonly Class[];
  /** Ordinary classes that listeners inject; each is bound as a singleton. @defaultValue `[]` */
  readonly services?: readonly Class[];
  /**
   * Container modules, and modules made by `defineModule`, which are loaded after what they need. A listener that one
   * binds is started like one of `listeners`. @defaultValue `[]`
   */
  readonly modules?: readonly ApplicationModule[];
  /**
   * Which plugins are loaded, and where they are looked for. A list is short for `{ enabled }`.
   * @defaultValue those that the configuration enables (`plugins.enabled`)
   */
  readonly plugins?: PluginOptions | readonly (string | Plugin)[];
  /** Where the configuration comes from. @defaultValue files in `config/`, and the environment */
  readonly config?: ConfigOptions;
  /** The source of time. @defaultValue the system's clock */
  readonly clock?: Clock;
  /** Receives the log lines. @defaultValue winston, on the standard output */
  readonly logger?: LogSink;
}

/** The names of {@link ApplicationOptions}, for users of JavaScript. */
export const APPLICATION_OPTIONS = {
  name: true,
  listeners: true,
  services: true,
  modules: true,
  plugins: true,
  config: true,
  clock: true,
  logger: true,
} as const satisfies Record<keyof ApplicationOptions, true>;
