import { session } from '../session/session';
import type { ApplicationProcess } from './ApplicationProcess';

const KEY = Symbol.for('daemonry:processes');

interface StartedProcesses {
  readonly running: Set<ApplicationProcess>;
  /** What they wrote last; '' when none runs. */
  render(): string;
}

type TestGlobals = typeof globalThis & {
  [KEY]?: StartedProcesses;
};

const globals = globalThis as TestGlobals;

/** The processes of this test file. What a file leaves running is killed at its end, where the test runner has hooks. */
export const startedProcesses = (globals[KEY] ??= registered());

// Kept with the globals of the test file, because modules may be reset between its tests.
function registered(): StartedProcesses {
  const running = new Set<ApplicationProcess>();
  session.atEnd(async () => {
    await Promise.all([...running].map((child) => child.kill()));
  });
  return {
    running,
    render: () => [...running].map((child) => `process ${child.pid ?? '?'}, ${child.tail()}`).join('\n'),
  };
}
