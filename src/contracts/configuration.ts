import type { LogLevel } from './ListenerLogger';

/** A layer of configuration from elsewhere, above the files and below the environment variables. */
export interface ConfigSource {
  /** The name shown as the origin of its values. */
  readonly name: string;
  /** Returns the values, nested or with dotted paths as keys. Called once. */
  load(): Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
}

/** Where the configuration of an application comes from. */
export interface ConfigOptions {
  /**
   * The folder of `default.yaml` and `<environment>.yaml`; `false` reads no files.
   * @defaultValue `config/` beside the nearest package.json of the entry file
   */
  readonly directory?: string | false;
  /** The environment variables; `false` reads none. @defaultValue `process.env` */
  readonly env?: Readonly<Record<string, string | undefined>> | false;
  /** Values above all other layers but `--set`. Keys may be nested or dotted paths. @defaultValue `{}` */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Further layers, lowest first. @defaultValue `[]` */
  readonly sources?: readonly ConfigSource[];
}

/** `text` for people, `json` for machines, `auto`: `text` on a terminal and `json` elsewhere. */
export type LogFormat = 'auto' | 'json' | 'text';

/** The framework's own sections of the configuration, with every value resolved. Durations are in milliseconds. */
export interface FrameworkConfig {
  /** How the application starts. */
  readonly startup: {
    /** The number of listeners that may start at the same time. @defaultValue 1 */
    readonly concurrency: number;
    /** The maximum time of a roll back. @defaultValue `'10s'` */
    readonly rollbackGrace: number;
  };
  /** How the application stops. */
  readonly shutdown: {
    /** The time from the end of readiness to the drain. @defaultValue 0 */
    readonly delay: number;
    /** The maximum time of the stop, from the drain on. @defaultValue `'25s'` */
    readonly grace: number;
  };
  /** Which plugins are loaded. */
  readonly plugins: {
    /** The installed plugins to load, in the order of their priority. @defaultValue `[]` */
    readonly enabled: readonly string[];
    /** Plugins not to load; wins over `enabled`. @defaultValue `[]` */
    readonly disabled: readonly string[];
    /** Folders of plugin packages, in addition to the installed ones. @defaultValue `[]` */
    readonly paths: readonly string[];
    /** `abort`: an enabled plugin that cannot be loaded is a problem of the plan. @defaultValue `'continue'` */
    readonly onFailure: 'continue' | 'abort';
    /** The prompt used when no plugin provides an identity. @defaultValue `identity.md` beside the package.json */
    readonly identityFile: string;
  };
  /** Levels and format of the log. */
  readonly logging: {
    /** The least severe level that is logged. @defaultValue `'info'` */
    readonly level: LogLevel;
    /** `auto`: text on a terminal, JSON elsewhere. @defaultValue `'auto'` */
    readonly format: LogFormat;
    /** The levels of single listeners, by name. @defaultValue `{}` */
    readonly levels: Readonly<Record<string, LogLevel>>;
  };
  /** Where state is kept across restarts. */
  readonly state: {
    /**
     * The folder of the state database, and of the files that modules write. @defaultValue `state/` beside the
     * package.json
     */
    readonly directory: string;
    /** Tells processes of one application apart that run side by side; part of the names of its files. @defaultValue `''` */
    readonly instance: string;
  };
  /** The history of runs, which survives restarts; `true` keeps it with the defaults of its values. @defaultValue `false` */
  readonly history:
    | {
        /** The time for which runs are kept, failures beyond `rowsPerTask` included. @defaultValue `'30d'` */
        readonly keep: number;
        /** The number of runs kept for each task, failures not counted. @defaultValue 10000 */
        readonly rowsPerTask: number;
        /** The longest time from the end of a run to its row. @defaultValue `'250ms'` */
        readonly flush: number;
      }
    | false;
  /** The watch over the event loop; `true` in a file, or an empty section, is all its defaults. @defaultValue `false` */
  readonly watchdog: WatchdogConfig | false;
  /** How many run records are kept. */
  readonly ledger: {
    /** The number of run records kept for each task. @defaultValue 100 */
    readonly runsPerTask: number;
  };
}

/** The section `watchdog`. Durations are in milliseconds. */
export interface WatchdogConfig {
  /** The time without a turn of the event loop that counts as blocked; at least 100 ms. @defaultValue `'2s'` */
  readonly after: number;
  /** False to leave the process alone while it is blocked: neither its stack nor who holds it is looked for. @defaultValue true */
  readonly stack: boolean;
  /** The port on which `/livez` is answered also while the event loop is blocked. @defaultValue none */
  readonly port: number | undefined;
  /** The address of that port. @defaultValue `'127.0.0.1'` */
  readonly host: string;
  /** The time without a turn after which the process is ended by SIGKILL; more than `after`. @defaultValue never */
  readonly abortAfter: number | undefined;
  /** `auto`: tells systemd of the start, the stop and every half of `WatchdogSec`, where it asks to be told. @defaultValue `'auto'` */
  readonly systemd: 'auto' | 'off';
}
