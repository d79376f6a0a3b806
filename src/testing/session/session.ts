import { TestSession } from './TestSession';

const KEY = Symbol.for('daemonry:testing');
/** Longer than a session takes to close. */
const CLOSE_MS = 15_000;

type AddHook = (fn: () => void | Promise<void>, timeout?: number) => void;

type TestGlobals = typeof globalThis & {
  [KEY]?: TestSession;
  beforeEach?: AddHook;
  afterEach?: AddHook;
  afterAll?: AddHook;
  expect?: { getState?: () => { currentTestName?: string } };
};

const globals = globalThis as TestGlobals;

/**
 * The session of this test file. Where the test runner has hooks, and they can be added still, each test fails with what
 * its applications have done wrong, and what the file leaves running is stopped at its end.
 */
export const session = (globals[KEY] ??= begin());

function begin(): TestSession {
  const created = new TestSession();
  if (globals.beforeEach === undefined || globals.afterEach === undefined || areTestsRunning()) return created;
  created.hasReporter = true;
  globals.beforeEach(() => {
    created.beginTest();
  });
  globals.afterEach(async () => {
    report(await created.problems());
  });
  globals.afterAll?.(async () => {
    report(await created.close());
  }, CLOSE_MS);
  return created;
}

/** Jest takes a hook that comes too late for a mistake of the test that is running. */
function areTestsRunning(): boolean {
  const state = Object.getOwnPropertySymbols(globals).find(({ description }) => description === 'JEST_STATE_SYMBOL');
  const { hasStarted } = (state === undefined ? {} : Reflect.get(globals, state)) as { hasStarted?: boolean };
  return hasStarted ?? globals.expect?.getState?.().currentTestName !== undefined;
}

/** @throws what is reported. */
function report(problems: readonly Error[]): void {
  if (problems.length === 0) return;
  if (problems.length === 1) throw problems[0] as Error;
  throw new AggregateError(problems, problems.map(({ message }) => message).join('\n\n'));
}
