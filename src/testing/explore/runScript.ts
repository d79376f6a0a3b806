import type { ServiceIdentifier } from 'inversify';

import type { ExitReport } from '../../contracts/ExitReport';
import type { RunRecord } from '../../contracts/RunRecord';
import { RestartError } from '../../errors/bootErrors';
import { NotRunningError } from '../../errors/taskErrors';
import { nextTurn } from '../clock/realTime';
import { session } from '../session/session';
import type { TestApplication } from '../TestApplication';
import { createSynthetic } from './SyntheticApplication';
import type { ExploredRun } from './ExploredRun';
import { Observation } from './Observation';
import type { Action, Script } from './Script';

/** Makes an application to explore: a fresh one at each call, that has not started. */
export type ApplicationFactory = () => Promise<TestApplication> | TestApplication;

/** Options of {@link runScript}. */
export interface RunOptions {
  /** Services whose calls count as awaits of the hooks that make them, where faults are injected too. */
  readonly dependencies: readonly ServiceIdentifier[];
  /** Virtual milliseconds in which the application must stop. */
  readonly exitWithin: number;
}

/**
 * Runs one schedule until the application exits or its time is over. Everything that happens is in the result; rejects
 * only when no application can be made, or virtual time cannot pass.
 */
export async function runScript(
  factory: ApplicationFactory | undefined,
  script: Script,
  { dependencies, exitWithin }: RunOptions,
): Promise<ExploredRun> {
  const disposals: { dispose?: Observation['dispose'] } = {};
  const app =
    script.application === undefined
      ? await requireFactory(factory)()
      : await createSynthetic(script.application, (listener, number) => disposals.dispose?.(listener, number));
  refuseUsed(app);
  const driver = new Driver(app);
  const observation = new Observation(app, script, dependencies, (action) => {
    driver.act(action);
  });
  disposals.dispose = (listener, number) => {
    observation.dispose(listener, number);
  };
  try {
    await driver.run(script.actions, exitWithin);
  } finally {
    session.forget(app);
  }
  const { boot, bootError, report, triggered, unhandled } = driver;
  const exitMs = spanOf(observation, 'application.stopping', 'application.stopped');
  return {
    script,
    plan: app.plan,
    events: observation.events,
    calls: observation.calls,
    injected: observation.injected,
    disposed: observation.disposed,
    boot,
    bootError,
    report,
    exitMs,
    status: app.status(),
    runs: (listener) => app.runs(listener),
    triggered,
    unhandled,
    trace: observation.trace,
  };
}

/** Starts one application, carries out the actions of its script, and stops it. */
class Driver {
  readonly #app: TestApplication;
  readonly #triggers = new Set<{ record?: RunRecord }>();
  /** The outcome of `start()`; undefined until it settles. */
  boot: 'started' | 'rejected' | undefined;
  bootError: unknown;
  report: ExitReport | undefined;
  /** Errors of calls that must not fail. */
  readonly #failures: unknown[] = [];
  #isStopping = false;

  constructor(app: TestApplication) {
    this.#app = app;
  }

  get triggered(): readonly (RunRecord | undefined)[] {
    return [...this.#triggers].map(({ record }) => record);
  }

  get unhandled(): readonly unknown[] {
    return [...this.#failures, ...this.#app.unhandled];
  }

  async run(actions: readonly Action[], exitWithin: number): Promise<void> {
    this.#app.start().then(
      () => (this.boot = 'started'),
      (error: unknown) => {
        this.boot = 'rejected';
        this.bootError = error;
      },
    );
    this.#app.events.on('application.stopping', () => {
      this.#isStopping = true;
    });
    for (const action of actions) {
      if (action.onEvent !== undefined) continue;
      await this.#pass(action.after ?? 0);
      this.act(action);
    }
    await this.#pass(0);
    void this.#stop(this.#isStopping ? 'it stops already' : 'the script is over');
    if (!this.#app.isOver) await this.#app.clock.advanceUntil(() => this.#app.isOver, exitWithin);
    // Promises that settle with the stop, and unhandled rejections, arrive in the turns that follow.
    await nextTurn();
    await nextTurn();
  }

  /** Does one action. One that the application refuses because the listener is not running is left out. */
  act({ do: what, listener = '', task }: Action): void {
    switch (what) {
      case 'wait':
        return;
      case 'stop':
        void this.#stop('the script says so');
        return;
      case 'trigger':
        void this.#trigger(listener, task);
        return;
      case 'pause':
        void this.#operate(this.#app.pause(listener, { reason: 'the script', by: 'the script', task }));
        return;
      case 'resume':
        void this.#operate(this.#app.resume(listener, { by: 'the script', task }));
        return;
      case 'restart':
        void this.#operate(this.#app.restart(listener, { reason: 'the script', by: 'the script' }));
    }
  }

  async #pass(ms: number): Promise<void> {
    if (!this.#app.isOver) await this.#app.clock.advance(ms);
  }

  async #stop(reason: string): Promise<void> {
    try {
      this.report = await this.#app.stop(reason);
    } catch (error) {
      this.#failures.push(error);
    }
  }

  async #operate(act: Promise<unknown>): Promise<void> {
    try {
      await act;
    } catch (error) {
      // Why a restart failed is among the events; that it is refused, or that the application stops meanwhile, is no fault.
      const isRefused = error instanceof NotRunningError || error instanceof RestartError;
      if (!isRefused) this.#failures.push(error);
    }
  }

  async #trigger(listener: string, task: string | undefined): Promise<void> {
    const trigger: { record?: RunRecord } = {};
    this.#triggers.add(trigger);
    try {
      trigger.record = await this.#app.trigger(listener, task);
    } catch (error) {
      this.#triggers.delete(trigger);
      if (!(error instanceof NotRunningError)) this.#failures.push(error);
    }
  }
}

/** @throws TypeError for an application that has started before: nothing of a schedule would happen. */
export function refuseUsed({ state }: TestApplication): void {
  if (state === 'created') return;
  throw new TypeError(`an application is explored that is ${state}: the function has to make a fresh one at each call`);
}

function spanOf({ events }: Observation, from: string, to: string): number | undefined {
  const began = events.find(({ name }) => name === from);
  const ended = events.find(({ name }) => name === to);
  return began === undefined || ended === undefined ? undefined : ended.at - began.at;
}

function requireFactory(factory: ApplicationFactory | undefined): ApplicationFactory {
  if (factory === undefined) throw new TypeError('a script without an application of its own needs one to run on');
  return factory;
}
