import type { ApplicationEventMap, ApplicationEventName } from './ApplicationEvents';
import type { TickContext } from './contexts';
import type { ListenerHooks } from './hooks';
import type { IdentityProvider } from './Identity';
import type { ListenerLogger } from './ListenerLogger';
import type { ApplicationModule } from './ModuleDefinition';
import type { DaemonPolicyOptions, PeriodicTaskOptions } from './options';

/** A periodic task of a daemon made of plain functions: a schedule, the options of `@PeriodicTask`, and what is called. */
export type PluginPeriodicTask = PeriodicTaskOptions & {
  /** The work of one due moment. Its name in snake_case is the default of `name`. */
  readonly tick: (context: TickContext) => void | Promise<void>;
};

/**
 * A background daemon made of plain functions. Each is given the same context as the hook of a class, and all mean the same
 * as there.
 */
export interface PluginDaemon
  extends
    Omit<ListenerHooks, 'tick'>,
    Pick<
      DaemonPolicyOptions,
      'startupTimeout' | 'shutdownTimeout' | 'fatalOnStartupFailure' | 'dependsOn' | 'wants' | 'tags'
    > {
  /** Unique in the application; `[a-z][a-z0-9]*(_[a-z0-9]+)*`. */
  readonly name: string;
  /** @defaultValue `[]`: event-driven */
  readonly periodicTasks?: readonly PluginPeriodicTask[];
}

/**
 * What a plugin adds to the application with. Nothing takes effect before `register` has resolved: when it throws, or
 * anything that it registered is wrong, nothing of it is left. Its functions may be taken apart from it, and work until
 * `register` has resolved.
 */
export interface PluginContext {
  /** The plugin's own name. */
  readonly name: string;
  /** The application's name. */
  readonly application: string;
  readonly log: ListenerLogger;
  /** Aborts when the registration takes too long. */
  readonly signal: AbortSignal;
  readonly registerBackgroundDaemon: (daemon: PluginDaemon) => void;
  /** Adds a class with `@BackgroundDaemon` or `@Listener`. */
  readonly registerListener: (listener: abstract new (...args: never[]) => object) => void;
  /**
   * Adds bindings; a listener among them is started like any other. A module may add, and neither rebind nor unbind.
   * Its callback may be called more than once. What a module made by `defineModule` needs is added as well, unless it is
   * loaded already.
   */
  readonly registerModule: (module: ApplicationModule) => void;
  readonly registerIdentityProvider: (provider: IdentityProvider) => void;
  /** Calls `fn` for each event of that name, from the start of the application on. */
  readonly on: <K extends ApplicationEventName>(
    name: K,
    fn: (event: ApplicationEventMap[K]) => void | Promise<void>,
  ) => void;
  /**
   * The plugin's settings: what is configured under `plugins.settings.<name>` as an object of the class, validated and
   * deeply frozen. It is injected by its class as well. A plugin has one settings class, without `@Settings`.
   *
   * @throws PluginError when what is configured is not valid.
   */
  readonly settings: <T extends object>(type: new () => T) => T;
}

/** What the file named by a plugin's manifest exports. */
export interface PluginModule {
  register(context: PluginContext): void | Promise<void>;
}

/** A plugin that is given in code, instead of being installed. */
export interface Plugin extends PluginModule {
  /** `[a-z][a-z0-9]*([_-][a-z0-9]+)*` */
  readonly name: string;
  readonly version?: string;
}

export interface PluginOptions {
  /**
   * The folder of the application, whose package.json names the installed packages. `false`: none is looked for.
   * @defaultValue the folder of the package.json nearest to the entry; of a test application, `false`
   */
  readonly from?: string | false;
  /**
   * The plugins to load, in the order of their priority: names of installed ones, or plugins themselves. The lowest layer
   * of the configuration: `plugins.enabled` replaces it. @defaultValue `[]`
   */
  readonly enabled?: readonly (string | Plugin)[];
  /** The lowest layer of `plugins.disabled`. @defaultValue `[]` */
  readonly disabled?: readonly string[];
  /** The lowest layer of `plugins.paths`. @defaultValue `[]` */
  readonly paths?: readonly string[];
  /** The lowest layer of `plugins.onFailure`. @defaultValue `'continue'` */
  readonly onFailure?: 'continue' | 'abort';
}
