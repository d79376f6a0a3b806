import type { Clock } from './Clock';
import type { Duration } from './Duration';
import type { ListenerLogger } from './ListenerLogger';
import type { RunTrigger } from './RunRecord';

/** The parameter of every hook. Its functions work without it, so that it can be taken apart: `({ signal, sleep }) => …`. */
export interface HookContext {
  /** The listener's name. */
  readonly name: string;
  /** Aborts when the hook should give up: its time is over, or the application stops. Its `reason` says which. */
  readonly signal: AbortSignal;
  /** The logger of this listener; inside a tick its lines carry the task and the run as well. */
  readonly log: ListenerLogger;
  /** The application's clock: virtual in tests. */
  readonly clock: Clock;
  /** Asks the application to stop, as a signal would. Returns at once; the first reason is kept. */
  readonly requestShutdown: (reason: string) => void;
  /** Resolves after `duration` on the application's clock; rejects with `signal.reason` as soon as the signal aborts. */
  readonly sleep: (duration: Duration) => Promise<void>;
  /**
   * A signal that aborts with `signal`, and with a `TimeoutError` once `duration` has passed on the application's clock:
   * `fetch(url, { signal: timeout('5s') })`. `AbortSignal.timeout` knows real time only. Its timer ends with the hook.
   */
  readonly timeout: (duration: Duration) => AbortSignal;
}

/** Releases what a startup acquired. */
export type Disposer = () => void | Promise<void>;

/** The parameter of `startup`. */
export interface StartupContext extends HookContext {
  /**
   * Registers `disposer`, which is called when the listener has ended: after a failed or timed-out startup, after
   * `disable`, or after its shutdown. The newest goes first.
   */
  readonly defer: (disposer: Disposer) => void;
  /**
   * Disables this listener, for a reason: that is no failure, and the application stays ready. Return from `startup`
   * afterwards; no other hook is called.
   */
  readonly disable: (reason: string) => void;
  /** Declares the listener failed: during the startup that fails, afterwards the listener has died. */
  readonly fail: (error: unknown) => void;
}

/** The parameter of `ready`. */
export interface ReadyContext extends HookContext {}

/** The parameter of `run`. */
export interface RunContext extends HookContext {
  /** Declares that the listener has died, without waiting for `run` to return. */
  readonly fail: (error: unknown) => void;
  /**
   * Runs `fn` and returns its result. Use it for side effects that must not happen late. It still works while the body is
   * being stopped.
   * @throws RunRevokedError, without calling `fn`, when the body has returned; with cluster scope also when its process may
   *   have lost its lease, even if the process was frozen and its signal had no time to abort.
   */
  readonly commit: <T>(fn: () => T) => T;
  /**
   * With `scope: 'cluster'`: a number that only grows from one holder of this body to the next, so that a resource which
   * keeps the largest one can refuse a holder that has lost its lease. Undefined with process scope.
   */
  readonly fencingToken?: bigint | undefined;
}

/** The parameter of `tick` and of every `@PeriodicTask` method. */
export interface TickContext extends HookContext {
  /** `tick`, or the name of the `@PeriodicTask`. */
  readonly task: string;
  /** Unique for each run. */
  readonly runId: string;
  /** The idempotency key of the due moment; see `RunRecord.tickId`. */
  readonly tickId: string;
  /** The cause of the run. */
  readonly trigger: RunTrigger;
  /** The nominal due moment, without jitter; for a manual run, when it was asked for. */
  readonly scheduledAt: Date;
  /** When this run began. */
  readonly startedAt: Date;
  /**
   * Runs `fn` and returns its result. Use it for side effects that must not happen late.
   * @throws RunRevokedError, without calling `fn`, when this run is over, has timed out or has been cancelled; with cluster
   *   scope also when its process may have lost its lease.
   */
  readonly commit: <T>(fn: () => T) => T;
  /**
   * With `scope: 'cluster'`: a number that only grows from one start of this task to the next, manual runs included, so that
   * a resource which keeps the largest one can refuse a run that has lost its lease. Undefined with process scope.
   */
  readonly fencingToken?: bigint | undefined;
}

/** The parameter of `health`. */
export interface HealthContext extends HookContext {}

/** The parameter of `shutdown`. */
export interface ShutdownContext extends HookContext {
  /** Why the application stops. */
  readonly reason: string;
}
