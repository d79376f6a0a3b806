import type { MisfirePolicy, OverlapPolicy, ScheduleMode } from '../../contracts/options';

/** A task of a {@link SyntheticListener}. Durations are milliseconds. */
export interface SyntheticTask {
  readonly name: string;
  readonly interval: number;
  /** @defaultValue one interval */
  readonly initialDelay?: number;
  /** @defaultValue `'fixed-rate'` */
  readonly mode?: ScheduleMode;
  /** @defaultValue `'skip'` */
  readonly overlap?: OverlapPolicy;
  /** @defaultValue `'skip'` */
  readonly misfire?: MisfirePolicy;
  /** The sleeps of each run. @defaultValue none: it returns at once, and no promise */
  readonly sleeps?: readonly number[];
  /** @defaultValue 5 minutes */
  readonly tickTimeout?: number;
  /** @defaultValue 0 */
  readonly drainTimeout?: number;
}

/** A listener that does nothing but sleep. Durations are milliseconds. */
export interface SyntheticListener {
  readonly name: string;
  /** A `@Listener`: it has no daemon entry and is fatal. @defaultValue false */
  readonly mount?: boolean;
  /** @defaultValue false */
  readonly fatal?: boolean;
  /** Its constructor throws. @defaultValue false */
  readonly unbuildable?: boolean;
  readonly needs?: readonly string[];
  readonly wants?: readonly string[];
  /** The sleeps of its startup. @defaultValue none: it returns at once, and no promise */
  readonly startup?: readonly number[];
  /** The sleeps of its ready hook. @defaultValue it has none */
  readonly ready?: readonly number[];
  /** The sleeps of its shutdown. @defaultValue none */
  readonly shutdown?: readonly number[];
  /** The sleeps of its run body, which waits for its signal after them. @defaultValue it has no run body */
  readonly run?: readonly number[];
  /** How many disposers its startup defers. @defaultValue 0 */
  readonly defers?: number;
  readonly tasks?: readonly SyntheticTask[];
  /** @defaultValue 30 s */
  readonly startupTimeout?: number;
  /** @defaultValue 10 s */
  readonly shutdownTimeout?: number;
}

/** An application made up for an exploration. Durations are milliseconds. */
export interface SyntheticApplication {
  /** In the order of registration. */
  readonly listeners: readonly SyntheticListener[];
  /** `startup.concurrency`. @defaultValue 1 */
  readonly concurrency?: number;
  /** `startup.rollbackGrace`. @defaultValue 10 s */
  readonly rollbackGrace?: number;
  /** `shutdown.grace`. @defaultValue 25 s */
  readonly grace?: number;
  /** `shutdown.delay`. @defaultValue 0 */
  readonly delay?: number;
}
