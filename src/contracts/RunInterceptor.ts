import type { TickContext } from './contexts';

/** A run, as interceptors are given it. It is the context of the handler as well. */
export interface InterceptedRun extends TickContext {
  /** The name of the listener. */
  readonly listener: string;
  /**
   * Calls `fn` in the async context of whoever called `app.trigger`, and returns its result: there one finds, for instance,
   * the request that asked for the run. Returns undefined, without calling `fn`, for a run that is due by its schedule,
   * and once the run is over.
   */
  readonly inTriggerContext: <T>(fn: () => T) => T | undefined;
}

/**
 * Code around the handler of every run of every task: it is active, async context included, while the handler runs. Bind
 * a class of yours, and this token to it: `bind(Tenancy).toSelf(); bind(RunInterceptor).toService(Tenancy)`. Interceptors
 * surround each other in the order in which they are bound: the first is the outermost. They are constructed before the
 * first listener starts, and so is what they inject: a listener is better asked for with `@Available`.
 *
 * An interceptor watches and gives context; it does not decide. The handler is called once, and the run ends as the handler
 * does, whatever its interceptors do:
 *
 * - One that throws, or ends without having called `next`, is passed over: the handler is called without it.
 * - An error that it swallows still fails the run, and its own errors are logged and fail nothing.
 * - What it returns is ignored, and what it does after the handler is not waited for.
 * - What it does before it calls `next` is part of the run: `tickTimeout` and the stop end a run that waits for it, and
 *   the handler is not called any more.
 */
export abstract class RunInterceptor {
  /**
   * Calls `next` once, in the context that the handler is to have.
   *
   * @param next - calls the next interceptor or the handler. It does not throw: its promise settles as
   *   the handler does, and rejects with the reason of `run.signal` if the run is over before. It may be left alone.
   */
  abstract around(run: InterceptedRun, next: () => Promise<void>): unknown;
}
