import type { OperateResult } from '../../contracts/Operation';
import type { DaemonCoordinator } from '../../coordinator/DaemonCoordinator';
import type { Engine } from '../../coordinator/Engine';
import { NotRunningError } from '../../errors/taskErrors';
import type { ApplicationLifecycle } from '../ApplicationLifecycle';
import type { DeadLetters } from './DeadLetters';
import { eventOf } from './describe';
import type { CarryOut, Remember } from './KeyedActs';
import type { Act } from './readRequest';

/** Part of the answer to the same act again, while there is none about the end of its run. */
const BEGUN = 'The run was begun before. How it ended is not known here: look at the runs of the task.';

/** The parts of an application that {@link PassingActs} work with. */
export interface PassingActParts {
  readonly engine: Pick<Engine, 'scheduler' | 'emit'>;
  readonly lifecycle: Pick<ApplicationLifecycle, 'state' | 'isRunning'>;
  readonly coordinator: Pick<DaemonCoordinator, 'runtime'>;
  /** Stops a listener and starts it again. */
  readonly restart: (listener: string, options: { readonly reason: string; readonly by: string }) => Promise<void>;
  readonly deadLetters: DeadLetters;
  /** Makes the answer to an act. */
  readonly result: (act: Act, more: Partial<OperateResult>) => OperateResult;
}

/** Carries out the acts that leave no intent behind: `trigger`, `restart` and `dismiss`. */
export class PassingActs {
  readonly #parts: PassingActParts;

  constructor(parts: PassingActParts) {
    this.#parts = parts;
  }

  /** Carries an act out; undefined for one that sets or lifts something. */
  begin(...[act, remember]: Parameters<CarryOut>): Promise<OperateResult> | undefined {
    if (act.action === 'trigger') return this.#trigger(act, remember);
    if (act.action === 'restart') return this.#restart(act, remember);
    return act.action === 'dismiss' ? this.#dismiss(act, remember) : undefined;
  }

  async #trigger(act: Act, remember: Remember | undefined): Promise<OperateResult> {
    const { engine, deadLetters, result } = this.#parts;
    const { listener = '', task = '', by, reason, tickId } = act;
    const state = this.#notRunning(listener);
    if (state !== undefined) throw new NotRunningError(listener, state);
    if (tickId !== undefined) await deadLetters.find(listener, task, tickId);
    const begun = result(act, {});
    // Without a key the run begins within the call.
    if (remember !== undefined) await remember({ ...begun, notes: [BEGUN] });
    engine.emit('operator.triggered', { listener, task, by, reason });
    engine.emit('operator.acted', eventOf(act));
    const record = await engine.scheduler.trigger(listener, task);
    const notes = tickId === undefined ? [] : [await deadLetters.close(tickId, record)];
    const done = { ...begun, record, notes };
    await remember?.(done);
    return done;
  }

  /** The state of a listener, or of the application, in which nothing can be triggered; undefined while it can. */
  #notRunning(listener: string): string | undefined {
    const { lifecycle, coordinator } = this.#parts;
    const runtime = coordinator.runtime(listener);
    if (runtime?.state !== 'running') return runtime?.state ?? 'unknown';
    return lifecycle.isRunning ? undefined : `the application is ${lifecycle.state}`;
  }

  async #restart(act: Act, remember: Remember | undefined): Promise<OperateResult> {
    const { engine, restart, result } = this.#parts;
    const { listener = '', by, reason } = act;
    await restart(listener, { reason, by });
    const done = result(act, {});
    await remember?.(done);
    engine.emit('operator.acted', eventOf(act));
    return done;
  }

  async #dismiss(act: Act, remember: Remember | undefined): Promise<OperateResult> {
    const { engine, deadLetters, result } = this.#parts;
    const { listener = '', task = '', tickId } = act;
    const count = await deadLetters.dismiss(listener, task, tickId);
    const done = result(act, { notes: [`Dead letters that are dismissed: ${count}.`] });
    await remember?.(done);
    engine.emit('operator.acted', eventOf(act, count === 1 ? '1 dead letter' : `${count} dead letters`));
    return done;
  }
}
