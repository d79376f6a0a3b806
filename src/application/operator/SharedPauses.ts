import type { ClusterIntent } from '../../contracts/ClusterEngine';
import type { BackgroundDaemonEntry, ListenerEntry } from '../../contracts/entries';
import type { OperatorKind } from '../../contracts/Operation';
import type { ListenerLogger } from '../../contracts/ListenerLogger';
import type { Engine } from '../../coordinator/Engine';
import { IntentOverruledError } from '../../errors/operatorErrors';
import { toError } from '../../errors/serializeError';
import { NotRunningError } from '../../errors/taskErrors';
import { isoText } from '../../time/instant';
import { clusterIntentOf, refuseOverruled } from './ClusterActs';
import type { Unreached } from './describe';
import { type Intent, type Intents, slotOf } from './Intents';

/** The parts of an application that {@link SharedPauses} work with. */
export interface SharedPauseParts {
  readonly engine: Pick<Engine, 'clock' | 'scheduler'>;
  readonly listeners: readonly Pick<ListenerEntry, 'name' | 'essential'>[];
  readonly daemonOf: (name: string) => Pick<BackgroundDaemonEntry, 'tasks'> | undefined;
  readonly log: Pick<ListenerLogger, 'warn'>;
}

/** The pause of the whole application, as far as it concerns tasks of cluster scope: the engine keeps it, beside their own. */
export class SharedPauses {
  readonly #parts: SharedPauseParts;
  readonly #intents: Intents;
  /** The pause that this process has set for a task in the cluster, or has yet to lift there, by the path of the task. */
  readonly #set = new Map<string, Intent>();
  /** The pause of which no answer has told whether the cluster has it for a task, by the path of the task. */
  readonly #doubtful = new Map<string, Intent>();
  /** The tasks in {@link #set} for which the state database has this pause, by their paths, in a row. */
  #kept = '[]';
  /** The pause that this process has now, or is about to have. */
  #wanted: Intent | undefined;

  constructor(parts: SharedPauseParts, intents: Intents) {
    this.#parts = parts;
    this.#intents = intents;
  }

  /**
   * Brings the tasks in line with the pause of the whole application. What fails is tried again by the next call.
   *
   * @param pause - the pause; undefined, or the end of one, while the application is not paused.
   * @param lifted - pauses of tasks that other processes have set with theirs, and that end.
   * @returns the tasks that it has not reached.
   */
  async reach(pause: Intent | undefined, lifted: readonly Intent[] = []): Promise<readonly Unreached[]> {
    this.#wanted = pause?.action === 'pause' ? pause : undefined;
    const isNothingSet = this.#set.size === 0 && this.#doubtful.size === 0;
    if (this.#wanted === undefined && lifted.length === 0 && isNothingSet) return [];
    const reached = this.#parts.listeners.flatMap(({ name: listener, essential }) =>
      (this.#parts.daemonOf(listener)?.tasks ?? [])
        .filter(({ cluster }) => cluster !== undefined)
        .map(({ name: task }) => {
          const known =
            this.#set.get(`${listener}.${task}`) ??
            this.#found(listener, task) ??
            lifted.find((intent) => intent.listener === listener && intent.task === task);
          const kind = (pause ?? known)?.kind ?? 'automation';
          return this.#reach(listener, task, essential ? undefined : this.#wanted, known, kind);
        }),
    );
    return (await Promise.all(reached)).filter((one) => one !== undefined);
  }

  /** The same by the intents as they are: after a start, or when the engine is back. */
  async follow(): Promise<void> {
    await this.reach(this.#intents.get(slotOf({ action: 'pause' })));
    await this.keep();
  }

  /** Takes notice of the pause of an earlier session: another process may have ended it since for the tasks that it held. */
  async restored(): Promise<void> {
    const pause = this.#intents.get(slotOf({ action: 'pause' }));
    for (const path of pause?.reached ?? []) if (pause !== undefined) this.#set.set(path, pause);
    this.#kept = this.#reached;
    await this.follow();
  }

  /** Keeps in the state database which tasks are paused with the application. */
  async keep(): Promise<void> {
    const reached = this.#reached;
    if (reached === this.#kept) return;
    this.#kept = reached;
    if (this.#wanted === undefined) return;
    try {
      await this.#intents.keepReached([...this.#set.keys()]);
    } catch (error) {
      const what = 'which tasks the pause of the application holds in the cluster could not be written';
      this.#parts.log.warn(`${what}: they are paused again when this process starts anew`, { error });
    }
  }

  /** True for a pause in the cluster that is that of this process: it stands for all tasks. */
  isOwn({ by, since }: ClusterIntent): boolean {
    return this.#wanted?.by === by && this.#wanted.since === since;
  }

  /** True if a task of the listener, or the one that is named, is paused with the whole application, by any process. */
  isPaused(listener: string, task: string | undefined): boolean {
    const tasks = this.#parts.daemonOf(listener)?.tasks ?? [];
    const isIt = ({ name }: { readonly name: string }): boolean =>
      this.#parts.engine.scheduler.shared(listener, name)?.intents.applicationPause !== undefined;
    return tasks.some((one) => (task ?? one.name) === one.name && isIt(one));
  }

  /** An end that was counted on the clock of this process is as far away on that of the store. */
  #onStoreClock(pause: Intent): Intent {
    const { clock, scheduler } = this.#parts.engine;
    if (pause.until === undefined || pause.isCounted === undefined || scheduler.storeNow === undefined) return pause;
    return { ...pause, until: isoText(Date.parse(pause.until) + scheduler.storeNow - clock.now()) };
  }

  /** A doubtful pause that the cluster tells of: it has it. */
  #found(listener: string, task: string): Intent | undefined {
    const told = this.#parts.engine.scheduler.shared(listener, task)?.intents.applicationPause;
    const doubtful = this.#doubtful.get(`${listener}.${task}`);
    return told?.by === doubtful?.by && told?.since === doubtful?.since ? doubtful : undefined;
  }

  get #reached(): string {
    return JSON.stringify([...this.#set].map(([path, { since }]) => [path, since]));
  }

  async #reach(
    listener: string,
    task: string,
    wanted: Intent | undefined,
    known: Intent | undefined,
    kind: OperatorKind,
  ): Promise<Unreached | undefined> {
    if (wanted === known) return undefined;
    const path = `${listener}.${task}`;
    try {
      const change = { applicationPause: clusterIntentOf(wanted && this.#onStoreClock(wanted)) };
      refuseOverruled(listener, task, await this.#parts.engine.scheduler.share(listener, task, change, kind));
      this.#doubtful.delete(path);
      if (wanted === undefined) this.#set.delete(path);
      else this.#set.set(path, wanted);
      this.#intents.mirror(slotOf({ action: 'pause', listener, task, isOfApplication: true }), undefined);
      return undefined;
    } catch (thrown) {
      const error = toError(thrown);
      // A person has paused it with the application in another process: that is not of this one any more.
      if (error instanceof IntentOverruledError) this.#set.delete(path);
      else if (known !== undefined) this.#set.set(path, known);
      else if (wanted !== undefined) this.#doubtful.set(path, wanted);
      const what = wanted === undefined ? 'the end of the pause' : 'the pause';
      // Before the boot nothing is joined yet; the engine tells when it is.
      if (!(error instanceof NotRunningError))
        this.#parts.log.warn(`${what} of the application does not reach "${path}" in the cluster`, { error });
      return { path, error };
    }
  }
}
