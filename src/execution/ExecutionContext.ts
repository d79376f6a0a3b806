import { AsyncLocalStorage } from 'node:async_hooks';

import type { PendingCallback } from './PendingCallback';

/** What an async context knows of the hook or run it belongs to. */
export interface ExecutionContext {
  /** Tells applications of one process apart. */
  readonly sessionId: string;
  readonly listener: string;
  /** `startup`, `run`, `tick` …: which hook. */
  readonly hook: string;
  readonly task?: string;
  readonly runId?: string;
  readonly callback: PendingCallback;
  /** The callback is over: what still runs in this context was left behind by it. */
  readonly isSettled: boolean;
}

const storage = new AsyncLocalStorage<ExecutionContext | undefined>();

/** The hook or run that the current code belongs to, through any number of awaits. */
export const currentExecution = (): ExecutionContext | undefined => storage.getStore();

/** Calls `fn` with `args` in an async context of its own, whatever context called. */
export const runInExecution = <T, A extends unknown[]>(
  execution: ExecutionContext,
  fn: (...args: A) => T,
  ...args: A
): T => storage.run(execution, fn, ...args);

/** Calls `fn` outside every hook, so that what it begins is nobody's. */
export const runOutsideExecution = <T>(fn: () => T): T => storage.run(undefined, fn);
