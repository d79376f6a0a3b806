import type { LogLevel } from './ListenerLogger';

/** One more layer of configuration, between the files and the environment. */
export interface ConfigSource {
  /** Shown as the origin of its values. */
  readonly name: string;
  load(): Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
}

export interface ConfigOptions {
  /**
   * The folder of `default.yaml` and `<environment>.yaml`; `false`: no files.
   * @defaultValue `config/` beside the nearest package.json of the entry file
   */
  readonly directory?: string | false;
  /** What to read instead of `process.env`; `false`: no environment. @defaultValue `process.env` */
  readonly env?: Readonly<Record<string, string | undefined>> | false;
  /** The highest layer. A key may be nested, or a dotted path. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** The application's own layers, lowest first. @defaultValue `[]` */
  readonly sources?: readonly ConfigSource[];
}

export type LogFormat = 'auto' | 'json' | 'text';

/** The sections that are the framework's own, with every value decided. Durations are milliseconds. */
export interface FrameworkConfig {
  readonly startup: {
    /** How many listeners may start at once. @defaultValue 1 */
    readonly concurrency: number;
    /** The time budget of a roll back. @defaultValue `'10s'` */
    readonly rollbackGrace: number;
  };
  readonly shutdown: {
    /** From the fall of readiness to the drain. @defaultValue 0 */
    readonly delay: number;
    /** The time budget of the whole stop, from the drain on. @defaultValue `'25s'` */
    readonly grace: number;
  };
  readonly plugins: {
    /** The installed plugins to load; the order is their priority. @defaultValue `[]` */
    readonly enabled: readonly string[];
    /** Wins over `enabled`. @defaultValue `[]` */
    readonly disabled: readonly string[];
    /** Folders that are plugin packages, beside the installed ones. @defaultValue `[]` */
    readonly paths: readonly string[];
    /** What a plugin that fails to register does to the application. @defaultValue `'continue'` */
    readonly onFailure: 'continue' | 'abort';
    /** What speaks where no plugin gives an identity. @defaultValue `identity.md` beside the package.json */
    readonly identityFile: string;
  };
  readonly logging: {
    /** @defaultValue `'info'` */
    readonly level: LogLevel;
    /** `auto`: readable on a terminal, JSON elsewhere. @defaultValue `'auto'` */
    readonly format: LogFormat;
    /** The level of single listeners, by name. @defaultValue `{}` */
    readonly levels: Readonly<Record<string, LogLevel>>;
  };
  readonly state: {
    /** Where due moments of `misfire: 'run-once'` are remembered. @defaultValue `state/` beside the package.json */
    readonly directory: string;
  };
  readonly ledger: {
    /** How many runs of each task are kept. @defaultValue 100 */
    readonly runsPerTask: number;
  };
}
