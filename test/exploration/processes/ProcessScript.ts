/** One call of a hook: the way in which it behaves. Without a `ms`, things happen at once. */
export interface Behaviour {
  readonly do:
    | 'sleep' // obeys its signal
    | 'deaf' // waits, and does not listen to its signal
    | 'wait' // until its signal aborts
    | 'hang' // never settles
    | 'block' // keeps the event loop
    | 'throw'
    | 'odd' // throws something that is no proper error
    | 'fail' // calls `fail` of its context
    | 'disable' // calls `disable` of its context
    | 'ask' // calls `requestShutdown`
    | 'lose' // leaves a rejection that nobody handles
    | 'crash' // throws in a callback of its own
    | 'exit' // calls `process.exit(code)`
    | 'chat' // writes to both standard streams
    | 'talk'; // logs more than a pipe takes
  readonly ms?: number;
  readonly code?: number;
  readonly odd?: number;
  /** For ticks: the number of the first call that behaves so. */
  readonly from?: number;
}

/** A schedule; `daily` is a cron pattern with one due moment, so many milliseconds after the first creation. */
export type DrawnSchedule =
  | { readonly kind: 'interval'; readonly ms: number; readonly mode?: 'fixed-delay' }
  | { readonly kind: 'cron'; readonly seconds: number }
  | { readonly kind: 'daily'; readonly inMs: number }
  | { readonly kind: 'off' };

/** A listener of a drawn application. What is absent is as plain as can be. */
export interface DrawnListener {
  readonly name: string;
  /** True for a `@Listener`, false for a `@BackgroundDaemon`. */
  readonly mount?: boolean;
  readonly fatal?: boolean;
  readonly disabled?: boolean;
  readonly needs?: readonly string[];
  readonly schedule?: DrawnSchedule;
  readonly remembers?: boolean;
  readonly overlap?: 'queue-one' | 'allow';
  readonly tickTimeout?: number;
  readonly drain?: number;
  readonly startup?: Behaviour;
  readonly ready?: Behaviour;
  readonly run?: Behaviour;
  readonly tick?: Behaviour;
  readonly shutdown?: Behaviour;
  /** The number of disposers that the startup defers. */
  readonly defers?: number;
}

/** The life of one process of an application, from outside. */
export interface DrawnLife {
  /** The moment of the signal: so many milliseconds after the process was spawned, or after that of the application. */
  readonly after: 'spawned' | 'created' | 'started' | 'stopping' | 'stopped';
  readonly ms: number;
  readonly signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGKILL';
  /** The milliseconds to a second signal. */
  readonly again?: number;
  /** The process is stopped by SIGSTOP for that many milliseconds, soon after it has started. */
  readonly frozen?: number;
  /** True if the database can be read in this life, and not written: what is to be remembered cannot be. */
  readonly unwritable?: boolean;
  /** The milliseconds to the next life. */
  readonly pause?: number;
}

/** The end of a standard stream that the parent holds; of one that `stops`, it reads the first lines only. */
type DrawnStream = 'unread' | 'stops' | 'closed' | 'full';

/** An application, and what happens to its processes. Plain JSON. */
export interface ProcessScript {
  readonly listeners: readonly DrawnListener[];
  readonly lives: readonly DrawnLife[];
  readonly concurrency?: number;
  readonly grace?: number;
  readonly delay?: number;
  readonly creation?: 'slow' | 'never' | 'throws' | 'invalid' | 'lost';
  readonly sink?: 'throws' | 'rejects' | 'pends' | 'flush-hangs' | 'flush-throws' | 'flush-rejects';
  readonly subscriber?: 'throws' | 'rejects';
  readonly stdout?: DrawnStream;
  readonly stderr?: DrawnStream;
}

/** A script with the instants that belong to one trial of it, as the child process is given it. */
export interface TrialScript extends ProcessScript {
  /** The first creation, in epoch milliseconds; undefined when it is yet to come. */
  readonly began: number | undefined;
  readonly stateDirectory: string;
  readonly journal: string;
}

/** The due moment of a `daily` schedule, in epoch milliseconds: a whole second. */
export const dailyMoment = (began: number, inMs: number): number => Math.ceil((began + inMs) / 1_000) * 1_000;

export const DEFAULT_GRACE_MS = 2_000;
