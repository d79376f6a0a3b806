import type { Clock } from './Clock';
import type { Duration } from './Duration';
import type { ListenerLogger } from './ListenerLogger';
import type { RunTrigger } from './RunRecord';

/** What every hook is given. Its functions may be taken apart from it: `({ signal, sleep }) => …`. */
export interface HookContext {
  /** The listener's name. */
  readonly name: string;
  /** Aborts when the hook should give up: its time is over, or the application stops. Its `reason` says which. */
  readonly signal: AbortSignal;
  readonly log: ListenerLogger;
  readonly clock: Clock;
  /** Asks the application to stop, as a signal would. Returns at once; the first reason is kept. */
  readonly requestShutdown: (reason: string) => void;
  /** Resolves after `duration` of the application's clock; rejects with `signal.reason` as soon as the signal aborts. */
  readonly sleep: (duration: Duration) => Promise<void>;
  /**
   * A signal that aborts with `signal`, and with a `TimeoutError` once `duration` has passed on the application's clock:
   * `fetch(url, { signal: timeout('5s') })`. `AbortSignal.timeout` knows real time only. Nothing of it outlives the hook.
   */
  readonly timeout: (duration: Duration) => AbortSignal;
}

/** Releases what a startup acquired. */
export type Disposer = () => void | Promise<void>;

export interface StartupContext extends HookContext {
  /**
   * Has `disposer` called when this listener is done with: after a failed or timed-out startup, after `disable`, or after
   * its shutdown. Newest first.
   */
  readonly defer: (disposer: Disposer) => void;
  /**
   * Says that this listener cannot do its work here, and why: no failure, and the application stays ready. Return from
   * `startup` afterwards; no other hook is called.
   */
  readonly disable: (reason: string) => void;
  /** Declares the listener failed: during startup the startup fails, afterwards the listener has died. */
  readonly fail: (error: unknown) => void;
}

export interface ReadyContext extends HookContext {}

export interface RunContext extends HookContext {
  /** Declares that the listener has died, without waiting for `run` to return. */
  readonly fail: (error: unknown) => void;
}

export interface TickContext extends HookContext {
  readonly task: string;
  readonly runId: string;
  /** The idempotency key of the due moment; see `RunRecord.tickId`. */
  readonly tickId: string;
  readonly trigger: RunTrigger;
  /** The nominal due moment, without jitter. */
  readonly scheduledAt: Date;
  readonly startedAt: Date;
  /**
   * Runs `fn` only while this run still holds its right, which it loses at its `tickTimeout`, and when it is cancelled.
   * Put what must not happen late in here.
   * @throws RunRevokedError when the right is lost.
   */
  readonly commit: <T>(fn: () => T) => T;
}

export interface HealthContext extends HookContext {}

export interface ShutdownContext extends HookContext {
  /** Why the application stops. */
  readonly reason: string;
}
