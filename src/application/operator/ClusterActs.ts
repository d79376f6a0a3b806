import type { ClusterIntent, ClusterIntents } from '../../contracts/ClusterEngine';
import type { BackgroundDaemonEntry } from '../../contracts/entries';
import type { ListenerLogger } from '../../contracts/ListenerLogger';
import type { OperatorKind } from '../../contracts/Operation';
import type { Engine } from '../../coordinator/Engine';
import { IntentOverruledError } from '../../errors/operatorErrors';
import { toError } from '../../errors/serializeError';
import { describeIntent, type Unreached } from './describe';
import { type Intent, type IntentChange, type Intents, slotOf } from './Intents';

/** The parts of an application that {@link ClusterActs} work with. */
export interface ClusterActParts {
  readonly engine: Pick<Engine, 'scheduler' | 'emit'>;
  readonly daemonOf: (name: string) => Pick<BackgroundDaemonEntry, 'tasks'> | undefined;
  readonly log: Pick<ListenerLogger, 'warn'>;
}

const KEYS = { pause: 'pause', 'skip-next': 'skipNext', reschedule: 'reschedule' } as const;

type SharedAction = keyof typeof KEYS;

/** True if an intent concerns one task of cluster scope: the engine keeps it, for all processes. */
export function isShared(
  daemonOf: ClusterActParts['daemonOf'],
  { listener, task }: Pick<Intent, 'listener' | 'task'>,
): boolean {
  if (listener === undefined || task === undefined) return false;
  return daemonOf(listener)?.tasks.find(({ name }) => name === task)?.cluster !== undefined;
}

/**
 * Refuses what a program asked for in the way of what persons have set, as the cluster has it.
 *
 * @throws IntentOverruledError
 */
export function refuseOverruled(listener: string, task: string, spared: ClusterIntents): void {
  const ACTIONS = {
    pause: 'pause',
    applicationPause: 'pause',
    skipNext: 'skip-next',
    reschedule: 'reschedule',
  } as const;
  const inTheWay = (Object.keys(ACTIONS) as (keyof ClusterIntents)[]).flatMap((name) => {
    const intent = spared[name];
    return intent === undefined ? [] : [{ action: ACTIONS[name], listener, task, ...intent, persisted: true }];
  });
  if (inTheWay.length > 0) throw new IntentOverruledError(inTheWay);
}

/** An intent, as the engine keeps it. */
export function clusterIntentOf(intent: Intent | undefined): ClusterIntent | undefined {
  if (intent === undefined) return undefined;
  const { by, kind, reason, since, until, value, schedule } = intent;
  return {
    ...{ by, kind, reason, since },
    ...(until === undefined ? {} : { until }),
    ...(value === undefined ? {} : { value }),
    ...(schedule === undefined ? {} : { schedule }),
  };
}

/** Sets and lifts what operators want of tasks of cluster scope. The engine keeps it; here it is mirrored, in memory. */
export class ClusterActs {
  readonly #parts: ClusterActParts;
  readonly #intents: Intents;
  readonly #isOwn: (pause: ClusterIntent) => boolean;
  /** The number of changes that this process is making itself. */
  #sharing = 0;
  /** Intents for this process alone, from before their tasks were shared, by slot. */
  readonly #unmoved = new Map<string, Intent>();
  /** By slot of them: whether the task had run in the cluster since, when this process joined it. */
  readonly #outdated = new Map<string, boolean>();

  /** @param isOwn - true for the pause of this process as a whole. */
  constructor(parts: ClusterActParts, intents: Intents, isOwn: (pause: ClusterIntent) => boolean) {
    this.#parts = parts;
    this.#intents = intents;
    this.#isOwn = isOwn;
  }

  /**
   * Carries out the part of a change that concerns tasks of cluster scope by themselves.
   *
   * @param kind - of who asks for it: another process may know of persons who have set something since.
   * @returns the part that concerns others, and the tasks that were not reached.
   * @throws ClusterUnreachableError, NotRunningError, IntentOverruledError when none was reached.
   */
  async share(
    change: IntentChange,
    kind: OperatorKind,
  ): Promise<{ readonly own: IntentChange; readonly unreached: readonly Unreached[] }> {
    const own = new Map<string, Intent | undefined>();
    const unreached: Unreached[] = [];
    let reached = 0;
    for (const [slot, intent] of change) {
      const [action = '', listener = '', task = '', ofApplication] = slot.split('|');
      if (ofApplication !== undefined) continue;
      if (!(action in KEYS) || !isShared(this.#parts.daemonOf, { listener, task })) {
        own.set(slot, intent);
        continue;
      }
      this.#sharing++;
      try {
        const key = KEYS[action as SharedAction];
        const shared = { [key]: clusterIntentOf(intent) };
        refuseOverruled(listener, task, await this.#parts.engine.scheduler.share(listener, task, shared, kind));
        this.#intents.mirror(slot, intent);
        reached++;
      } catch (error) {
        unreached.push({ path: `${listener}.${task}`, error: toError(error) });
      } finally {
        this.#sharing--;
      }
    }
    const [first] = unreached;
    if (first !== undefined && reached === 0) throw first.error;
    return { own, unreached };
  }

  /** Takes notice of the intents of earlier sessions: those of tasks that are shared by now wait for {@link move}. */
  async restored(intents: readonly Intent[]): Promise<void> {
    for (const intent of intents) {
      const { action, listener = '', task } = intent;
      const tasks = this.#parts.daemonOf(listener)?.tasks ?? [];
      // The engine keeps the pause of each task: that of the listener is one of each of its tasks from now on.
      const isOfEach = action === 'pause' && task === undefined && tasks.some(({ cluster }) => cluster !== undefined);
      const each = isOfEach ? tasks.map(({ name }) => Object.freeze({ ...intent, task: name })) : [intent];
      if (isOfEach)
        await this.#intents.change(
          new Map([[slotOf(intent), undefined], ...each.map((one) => [slotOf(one), one] as const)]),
        );
      for (const one of each) if (isShared(this.#parts.daemonOf, one)) this.#unmoved.set(slotOf(one), one);
    }
  }

  /**
   * Hands what was set for a task before it was shared to the cluster, unless something is set there, or the task has run
   * there since. While the engine is away it waits for the next call.
   *
   * @param intents - everything that is set for the task in the cluster.
   */
  async move(listener: string, task: string, intents: ClusterIntents): Promise<void> {
    for (const action of Object.keys(KEYS) as SharedAction[]) {
      const slot = slotOf({ action, listener, task });
      const intent = this.#unmoved.get(slot);
      if (intent === undefined) continue;
      const isTaken = intents[KEYS[action]] !== undefined;
      // The next due moment of one process is another one than that of all.
      const isOutdated = this.#outdated.get(slot) === true;
      const isMoved = !isTaken && !isOutdated && action !== 'skip-next';
      try {
        if (isMoved) await this.share(new Map([[slot, intent]]), intent.kind); // rejects if it does not reach it
      } catch {
        continue; // the engine is away: it is tried again by the next call
      }
      this.#unmoved.delete(slot);
      this.#outdated.delete(slot);
      await this.#intents.unkeep(slot);
      if (!isMoved && !isTaken) this.#intents.mirror(slot, undefined);
      const now = isMoved
        ? 'it holds for every process now'
        : isTaken
          ? 'what is set in the cluster holds in its place'
          : `it no longer holds${isOutdated ? ', for the task has run in the cluster since' : ''}; say it again for all processes: daemonry ${action} ${listener} ${task}`;
      const text = `${describeIntent(intent)} was set for this process alone, before the task was shared: ${now}.`;
      this.#parts.log.warn(text, { listener, task });
    }
  }

  /** Takes notice of everything that is set for a task in the cluster. */
  mirror(listener: string, task: string, intents: ClusterIntents): void {
    for (const action of Object.keys(KEYS) as SharedAction[]) {
      const told = intents[KEYS[action]];
      const slot = slotOf({ action, listener, task });
      const known = this.#intents.get(slot);
      this.#date(slot, listener, task);
      if (told === undefined && this.#unmoved.has(slot)) continue;
      this.#take(slot, listener, task, known, told && Object.freeze({ action, listener, task, ...told }));
    }
    const { applicationPause: ofAll } = intents;
    const subject = { action: 'pause', listener, task, isOfApplication: true } as const;
    const slot = slotOf(subject);
    // That of this process stands for all of its tasks.
    const isOther = ofAll !== undefined && !this.#isOwn(ofAll);
    this.#take(
      slot,
      listener,
      task,
      this.#intents.get(slot),
      isOther ? Object.freeze({ ...subject, ...ofAll }) : undefined,
    );
  }

  #take(slot: string, listener: string, task: string, known: Intent | undefined, intent: Intent | undefined): void {
    if (isSame(known, intent)) return;
    this.#intents.mirror(slot, intent);
    if (slot.startsWith('pause|') && this.#sharing === 0) this.#announce(listener, task, known, intent);
  }

  /** Decides once whether the cluster is older than what was set: while it is handed over, the task may begin to run. */
  #date(slot: string, listener: string, task: string): void {
    const intent = this.#unmoved.get(slot);
    if (intent === undefined || this.#outdated.has(slot)) return;
    const newest = this.#parts.engine.scheduler.shared(listener, task)?.state.newestRecorded;
    this.#outdated.set(slot, newest !== undefined && Date.parse(newest) >= Date.parse(intent.since));
  }

  /** Another process has paused the task, or ended its pause. */
  #announce(listener: string, task: string, known: Intent | undefined, intent: Intent | undefined): void {
    const { emit } = this.#parts.engine;
    if (intent !== undefined) {
      const { by, reason, until } = intent;
      emit('operator.paused', { listener, task, by, reason, ...(until === undefined ? {} : { until }) });
    } else if (known !== undefined) {
      const reason = 'the pause is over, or was ended in another process';
      emit('operator.resumed', { listener, task, by: known.by, reason });
    }
  }
}

const isSame = (one: Intent | undefined, other: Intent | undefined): boolean =>
  one === other ||
  (one !== undefined &&
    other !== undefined &&
    JSON.stringify(clusterIntentOf(one)) === JSON.stringify(clusterIntentOf(other)));
