import {
  type ExpectedBootFailure,
  toBeBlockedBy,
  toBeBootFailure,
  toBeDegradedBy,
  toHaveStartedInOrder,
  toHaveStoppedInReverse,
} from './matchers/lifecycle';
import { type ExpectedLog, toContainLog } from './matchers/logs';
import { type ExpectedRuns, type ExpectedSkips, toHaveRun, toHaveSkipped } from './matchers/runs';

export type { ExpectedBootFailure, ExpectedLog, ExpectedRuns, ExpectedSkips };

/** The matchers that daemonry adds to `expect`. Their messages show the states and the journal of the application. */
export interface DaemonryMatchers<R> {
  /** For a test application: all these listeners have started, in this order; others may have started in between. */
  toHaveStartedInOrder(names: readonly string[]): R;
  /** For a test application: every listener that has started has stopped, newest first. */
  toHaveStoppedInReverse(): R;
  /** For a test application: it is degraded because this listener failed, is blocked, has died or is stuck. */
  toBeDegradedBy(listener: string): R;
  /** For a test application: `listener` blocks exactly these listeners; without a list, at least one. */
  toBeBlockedBy(listener: string, blocked?: readonly string[]): R;
  /** For a test application: tasks of the listener have run; skipped and unfinished runs do not count. */
  toHaveRun(listener: string, expected?: ExpectedRuns): R;
  /** For a test application: due moments of the listener's tasks were skipped. */
  toHaveSkipped(listener: string, expected?: ExpectedSkips): R;
  /**
   * For the error with which `app.start()` rejects: it is a `BootError` with these properties; a text is the listener's
   * name.
   */
  toBeBootFailure(expected?: string | ExpectedBootFailure): R;
  /** For a test application or its `logs`: at least one entry matches. */
  toContainLog(expected: ExpectedLog): R;
}

/** The matchers for `expect.extend`, if Jest's globals are switched off; otherwise importing this file adds them. */
export const daemonryMatchers = {
  toHaveStartedInOrder,
  toHaveStoppedInReverse,
  toBeDegradedBy,
  toBeBlockedBy,
  toHaveRun,
  toHaveSkipped,
  toBeBootFailure,
  toContainLog,
} as const satisfies Record<keyof DaemonryMatchers<unknown>, unknown>;

declare global {
  // Only a namespace can add to Jest's namespace.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    // The parameters have to be those of Jest's own declaration.
    // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type
    interface Matchers<R, T = {}> extends DaemonryMatchers<R> {}
  }
}

declare module 'expect' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface Matchers<R extends void | Promise<void>, T = unknown> extends DaemonryMatchers<R> {}
}

const { expect } = globalThis as { expect?: { extend?: (matchers: typeof daemonryMatchers) => void } };
expect?.extend?.(daemonryMatchers);
