import { AsyncLocalStorage } from 'node:async_hooks';

import type { PendingCallback } from './PendingCallback';

/** The hook or run that an async context belongs to. */
export interface ExecutionContext {
  /** Tells applications of one process apart. */
  readonly sessionId: string;
  readonly listener: string;
  /** The hook: `startup`, `run`, `tick` … */
  readonly hook: string;
  readonly task?: string;
  readonly runId?: string;
  readonly callback: PendingCallback;
  /** True once the callback is over: code that still runs in this context was left behind by it. */
  readonly isSettled: boolean;
}

const storage = new AsyncLocalStorage<ExecutionContext | undefined>();

/** The hook or run that the current code belongs to, through any number of awaits. */
export const currentExecution = (): ExecutionContext | undefined => storage.getStore();

/** Calls `fn` in the async context of `execution`, whatever context the caller is in, and gives it `execution`. */
export const runInExecution = <T, E extends ExecutionContext>(execution: E, fn: (execution: E) => T): T =>
  storage.run(execution, fn, execution);

/**
 * Calls `fn` outside every hook, so that the work it begins belongs to none. Where that is so already, nothing is switched
 * on: from its first use, a storage puts a price on every promise of the process.
 */
export const runOutsideExecution = <T>(fn: () => T): T =>
  storage.getStore() === undefined ? fn() : storage.run(undefined, fn);
