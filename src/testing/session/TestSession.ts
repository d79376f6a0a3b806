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
