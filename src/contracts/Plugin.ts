import type { ApplicationEventMap, ApplicationEventName } from './ApplicationEvents';
import type { TickContext } from './contexts';
import type { ListenerHooks } from './hooks';
import type { IdentityProvider } from './Identity';
import type { ListenerLogger } from './ListenerLogger';
import type { ApplicationModule } from './ModuleDefinition';
import type { DaemonPolicyOptions, PeriodicTaskOptions } from './options';

/**
 * A periodic task of a {@link PluginDaemon}: the options of `@PeriodicTask` and the function to call.
 */
export type PluginPeriodicTask = PeriodicTaskOptions & {
  /** Does the work of one due moment. `name` defaults to the name of this function in snake_case. */
  readonly tick: (context: TickContext) => void | Promise<void>;
};

/**
 * A background daemon made of plain functions instead of a class. The functions mean the same as the hooks of a class
 * and receive the same contexts.
 */
export interface PluginDaemon
  extends
    Omit<ListenerHooks, 'tick'>,
    Pick<
      DaemonPolicyOptions,
      | 'startupTimeout'
      | 'shutdownTimeout'
      | 'essential'
      | 'fatalOnStartupFailure'
      | 'dependsOn'
      | 'wants'
      | 'tags'
      | 'restart'
      | 'scope'
    > {
  /** The name: unique in the application, of the form `[a-z][a-z0-9]*(_[a-z0-9]+)*`. */
  readonly name: string;
  /** Its tasks. @defaultValue `[]`: event-driven */
  readonly periodicTasks?: readonly PluginPeriodicTask[];
}

/**
 * The functions by which a plugin adds to an application. Registration is all or nothing: if `register` throws, or
 * anything that was registered is invalid, nothing of the plugin takes effect. The functions can be destructured, and
 * work until `register` has resolved; then they throw a PluginError.
 */
export interface PluginContext {
  /** The name of the plugin. */
  readonly name: string;
  /** The name of the application. */
  readonly application: string;
  /** The logger of the plugin. */
  readonly log: ListenerLogger;
  /** Aborts when the registration takes longer than 30 s. */
  readonly signal: AbortSignal;
  /** Adds a daemon made of plain functions. */
  readonly registerBackgroundDaemon: (daemon: PluginDaemon) => void;
  /** Adds a class with `@BackgroundDaemon` or `@Listener`. */
  readonly registerListener: (listener: abstract new (...args: never[]) => object) => void;
  /**
   * Adds the bindings of a module; a listener among them is started like any other. It may add, but not rebind or
   * unbind. Its callback may be called more than once. What a module made by `defineModule` needs is added as well,
   * unless it is loaded already.
   */
  readonly registerModule: (module: ApplicationModule) => void;
  /** Adds an identity provider; see `Identities`. */
  readonly registerIdentityProvider: (provider: IdentityProvider) => void;
  /** Calls `fn` for each event of that name. */
  readonly on: <K extends ApplicationEventName>(
    name: K,
    fn: (event: ApplicationEventMap[K]) => void | Promise<void>,
  ) => void;
  /**
   * Returns the settings of the plugin: the configuration under `plugins.settings.<name>` as a validated, deeply
   * frozen object of the class. It is injected by its class, too. A plugin has one settings class, without
   * `@Settings`.
   *
   * @throws PluginError when the configuration is not valid.
   */
  readonly settings: <T extends object>(type: new () => T) => T;
}

/** The exports of the file that a plugin's manifest names. */
export interface PluginModule {
  /** Registers the plugin; limited to 30 s. */
  register(context: PluginContext): void | Promise<void>;
}

/** A plugin given in code instead of being installed as a package. */
export interface Plugin extends PluginModule {
  /** The name, of the form `[a-z][a-z0-9]*([_-][a-z0-9]+)*`. */
  readonly name: string;
  /** The version, shown in the plan. @defaultValue none */
  readonly version?: string;
}

/** Which plugins are loaded, and where they are looked for. */
export interface PluginOptions {
  /**
   * The folder of the application, whose package.json names the installed packages. `false` looks for none.
   * @defaultValue the folder of the package.json nearest to the entry; of a test application, `false`
   */
  readonly from?: string | false;
  /**
   * The plugins to load, in the order of their priority: names of installed ones, or plugins themselves. The configured
   * `plugins.enabled` replaces it. @defaultValue `[]`
   */
  readonly enabled?: readonly (string | Plugin)[];
  /** Used when `plugins.disabled` is not configured. @defaultValue `[]` */
  readonly disabled?: readonly string[];
  /** Used when `plugins.paths` is not configured. @defaultValue `[]` */
  readonly paths?: readonly string[];
  /** Used when `plugins.onFailure` is not configured. @defaultValue `'continue'` */
  readonly onFailure?: 'continue' | 'abort';
}
