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

/** What daemonry adds to `expect`. The messages show the statuses and the journal of the application. */
export interface DaemonryMatchers<R> {
  /** Of a test application: all these have started, in this order; others may stand between. */
  toHaveStartedInOrder(names: readonly string[]): R;
  /** Of a test application: whatever has started has stopped, newest first. */
  toHaveStoppedInReverse(): R;
  /** Of a test application: it runs without that listener, or that listener is stuck. */
  toBeDegradedBy(listener: string): R;
  /** Of a test application: exactly these are blocked by that listener; without a list, at least one is. */
  toBeBlockedBy(listener: string, blocked?: readonly string[]): R;
  /** Of a test application: that listener's tasks have run; skipped moments do not count. */
  toHaveRun(listener: string, expected?: ExpectedRuns): R;
  /** Of a test application: due moments of that listener's tasks were skipped. */
  toHaveSkipped(listener: string, expected?: ExpectedSkips): R;
  /** Of what `app.start()` rejects with; a text is the listener's name. */
  toBeBootFailure(expected?: string | ExpectedBootFailure): R;
  /** Of a test application, or of its logs. */
  toContainLog(expected: ExpectedLog): R;
}

/** For `expect.extend`, where Jest's globals are switched off: else importing this file is enough. */
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
  // What augments a namespace has to be one.
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
