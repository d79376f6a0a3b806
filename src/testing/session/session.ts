import { WaitFailedError } from '../../errors/testingErrors';
import { afterRealTime, nextTurn } from '../clock/realTime';
import type { ApplicationWatch, WatchedApplication } from './ApplicationWatch';
import { messageOf } from '../../errors/serializeError';

/** Real milliseconds in which an application that a file leaves running must stop. */
const STOP_MS = 10_000;

/**
 * The applications of one test file, and their problems. Kept among the globals of the file, because modules may be
 * reset between its tests, when no hook can be added any more.
 */
class TestSession {
  readonly #atEnd: (() => Promise<void>)[] = [];
  readonly #watches = new Map<WatchedApplication, ApplicationWatch>();

  /** True when hooks of the test runner, or a test environment, make tests fail with {@link problems}. */
  hasReporter = false;

  /** Runs `work` when the file ends. */
  atEnd(work: () => Promise<void>): void {
    this.#atEnd.push(work);
  }

  /** Adds an application. */
  add(watch: ApplicationWatch): void {
    this.#watches.set(watch.app, watch);
  }

  /** Removes an application: it is neither stopped nor checked. */
  forget(app: WatchedApplication): void {
    this.#watches.get(app)?.end();
    this.#watches.delete(app);
  }

  /** A test begins: log entries from now on belong to it, and applications that are over are removed. */
  beginTest(): void {
    for (const [app, watch] of this.#watches) {
      if (app.isOver) this.forget(app);
      else watch.beginTest();
    }
  }

  /** The log entries of the running test, by application, as text; empty when there are none. */
  renderLogs(): string {
    const logs = [...this.#watches].map(([{ name }, watch]) => ({ name, text: watch.renderLogs() }));
    const written = logs.filter(({ text }) => text !== '');
    if (written.length === 1) return written[0]?.text ?? '';
    return written.map(({ name, text }) => `--- ${name}\n${text}`).join('\n');
  }

  /**
   * The problems that are to make the running test fail: unhandled errors of listeners, calls that the test has not
   * awaited, and leaks of applications that are over. Each is returned once.
   */
  async problems(): Promise<readonly Error[]> {
    if (this.#watches.size === 0) return [];
    // Node reports an unhandled rejection only after the microtasks of a turn.
    await nextTurn();
    await nextTurn();
    const problems: Error[] = [];
    for (const watch of this.#watches.values()) problems.push(...(await watch.takeProblems()));
    return problems;
  }

  /**
   * Stops the applications that still run, within ten seconds of real time. Resolves with the problems that are to make
   * the file fail.
   */
  async close(): Promise<readonly Error[]> {
    const failures = await Promise.all([...this.#watches.keys()].filter(({ isOver }) => !isOver).map(stopInTime));
    const problems = [...failures.flat(), ...(await this.problems())];
    for (const app of [...this.#watches.keys()]) this.forget(app);
    await Promise.all(this.#atEnd.map((work) => work()));
    return problems;
  }
}

async function stopInTime(app: WatchedApplication): Promise<readonly Error[]> {
  return new Promise((resolve) => {
    const call = `the stop of "${app.name}", which the test file has left running,`;
    const takeBack = afterRealTime(STOP_MS, () => {
      const because = `it has not ended within ${STOP_MS / 1_000} s of real time`;
      resolve([new WaitFailedError({ call, because, journal: '' })]);
    });
    app.bringToEnd('the test file has ended').then(
      () => {
        takeBack();
        resolve([]);
      },
      (cause: unknown) => {
        takeBack();
        resolve([new WaitFailedError({ call, because: 'it has failed', journal: '', cause })]);
      },
    );
  });
}

const KEY = Symbol.for('daemonry:testing');
/** Real milliseconds that are longer than a session takes to close. */
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
 * The session of this test file. If the test runner has hooks, and they can still be added, each test fails with the
 * problems of its applications, and applications that still run at the end of the file are stopped.
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

/** True when it is too late to add hooks: Jest would make the running test fail. */
function areTestsRunning(): boolean {
  const state = Object.getOwnPropertySymbols(globals).find(({ description }) => description === 'JEST_STATE_SYMBOL');
  const { hasStarted } = (state === undefined ? {} : Reflect.get(globals, state)) as { hasStarted?: boolean };
  return hasStarted ?? globals.expect?.getState?.().currentTestName !== undefined;
}

/** @throws the problem, or an AggregateError with all of them. */
function report(problems: readonly Error[]): void {
  if (problems.length === 0) return;
  if (problems.length === 1) throw problems[0] as Error;
  throw new AggregateError(problems, problems.map((problem) => messageOf(problem)).join('\n\n'));
}
