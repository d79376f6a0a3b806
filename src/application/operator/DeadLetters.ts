import type { ClusterTaskHandle } from '../../contracts/ClusterEngine';
import type { DeadLetter, DeadLetterQuery } from '../../contracts/DeadLetter';
import type { BackgroundDaemonEntry } from '../../contracts/entries';
import type { RunRecord } from '../../contracts/RunRecord';
import type { Engine } from '../../coordinator/Engine';
import { OperationInvalidError } from '../../errors/operatorErrors';
import { messageOf } from '../../errors/serializeError';
import { NotRunningError } from '../../errors/taskErrors';
import { taskNamed } from '../../registry/registries';

const MOST = 1_000;
const SOME = 100;

/** The parts of an application that {@link DeadLetters} work with. */
export interface DeadLetterParts {
  readonly engine: Pick<Engine, 'scheduler'>;
  readonly daemonOf: (name: string) => Pick<BackgroundDaemonEntry, 'tasks'> | undefined;
}

/** The dead letters of the tasks of cluster scope. The engine keeps them: they are the same in every process. */
export class DeadLetters {
  readonly #parts: DeadLetterParts;

  constructor(parts: DeadLetterParts) {
    this.#parts = parts;
  }

  /**
   * The dead letters of a listener, the newest first.
   *
   * @throws UnknownTaskError, NotRunningError, ClusterUnreachableError
   */
  async of(listener: string, { task, tickId, limit = SOME }: DeadLetterQuery): Promise<readonly DeadLetter[]> {
    const tasks = this.#parts.daemonOf(listener)?.tasks ?? [];
    const asked = (task === undefined ? tasks : [taskNamed(listener, tasks, task)]).filter(
      ({ cluster }) => cluster !== undefined,
    );
    const most = Math.min(Math.max(Math.trunc(limit), 1), MOST);
    const query = { ...(tickId === undefined ? {} : { tickId }), limit: most };
    const found = asked.map(async ({ name }) => {
      const letters = await this.#handle(listener, name).deadLetters(query);
      return letters.map((letter) => ({ listener, task: name, ...letter }));
    });
    const all = (await Promise.all(found)).flat();
    return all.sort((one, other) => other.since.localeCompare(one.since)).slice(0, most);
  }

  /**
   * Forgets a dead letter, or all of them. Returns how many that were.
   *
   * @throws NotRunningError, ClusterUnreachableError
   */
  async dismiss(listener: string, task: string, tickId: string | undefined): Promise<number> {
    return this.#handle(listener, task).dismiss(tickId);
  }

  /**
   * Refuses a run in place of a dead letter that there is no more: another process may have run it again.
   *
   * @throws OperationInvalidError, NotRunningError, ClusterUnreachableError
   */
  async find(listener: string, task: string, tickId: string): Promise<void> {
    const [found] = await this.of(listener, { task, tickId, limit: 1 });
    if (found !== undefined) return;
    const why = 'it never was, was dismissed, or was run again';
    throw new OperationInvalidError([`"tickId" is no dead letter of "${listener}.${task}": ${why}.`]);
  }

  /** Dismisses a dead letter whose task has been run again, if that has succeeded. Returns what there is to say, in a sentence. */
  async close(tickId: string, { listener, task, outcome }: RunRecord): Promise<string> {
    if (outcome !== 'succeeded') return `The dead letter ${tickId} stays: the run has not succeeded.`;
    try {
      await this.dismiss(listener, task, tickId);
      return `The dead letter ${tickId} is dismissed.`;
    } catch (error) {
      const [why = ''] = messageOf(error).split('\n', 1);
      return `The dead letter ${tickId} stays, although the run has succeeded: dismiss it. ${why}`;
    }
  }

  #handle(listener: string, task: string): ClusterTaskHandle {
    const handle = this.#parts.engine.scheduler.shared(listener, task);
    if (handle === undefined) throw new NotRunningError(listener, 'its tasks are not scheduled');
    return handle;
  }
}
