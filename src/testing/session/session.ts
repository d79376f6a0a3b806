import { WaitFailedError } from '../../errors/testingErrors';
import { afterRealTime, nextTurn } from '../clock/realTime';
import type { ApplicationWatch, WatchedApplication } from './ApplicationWatch';

/** How long, in real milliseconds, an application that a file leaves running may take to stop. */
const STOP_MS = 10_000;

/**
 * The applications of one test file, and what of them its tests must hear. Kept among the globals of the file, because
 * modules may be reset between its tests, where no hook can be added.
 */
export class TestSession {
  readonly #atEnd: (() => Promise<void>)[] = [];
  readonly #watches = new Map<WatchedApplication, ApplicationWatch>();

  /** Somebody throws what {@link problems} says: hooks of the test runner, or a test environment. */
  hasReporter = false;

  /** Has `work` done when the file ends. */
  atEnd(work: () => Promise<void>): void {
    this.#atEnd.push(work);
  }

  add(watch: ApplicationWatch): void {
    this.#watches.set(watch.app, watch);
  }

  /** Takes an application out: it is neither stopped nor checked. */
  forget(app: WatchedApplication): void {
    this.#watches.get(app)?.end();
    this.#watches.delete(app);
  }

  /** A test begins: what is logged from now on belongs to it, and what is over belongs to the past. */
  beginTest(): void {
    for (const [app, watch] of this.#watches) {
      if (app.isOver) this.forget(app);
      else watch.beginTest();
    }
  }

  /** What the applications of the running test have logged, for people; an empty text when it is nothing. */
  renderLogs(): string {
    const logs = [...this.#watches].map(([{ name }, watch]) => ({ name, text: watch.renderLogs() }));
    const written = logs.filter(({ text }) => text !== '');
    if (written.length === 1) return written[0]?.text ?? '';
    return written.map(({ name, text }) => `--- ${name}\n${text}`).join('\n');
  }

  /**
   * What is to make the running test fail: errors of listeners that nobody has handled, what the test has not awaited,
   * and what applications that are over have left open. Each is told once.
   */
  async problems(): Promise<readonly Error[]> {
    if (this.#watches.size === 0) return [];
    // An unhandled rejection is told of only when promises have run their course.
    await nextTurn();
    await nextTurn();
    const problems: Error[] = [];
    for (const watch of this.#watches.values()) problems.push(...(await watch.takeProblems()));
    return problems;
  }

  /** Stops what still runs, within ten seconds of real time. Resolves with what is to make the file fail. */
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
