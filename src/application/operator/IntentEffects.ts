import type { ClockTimer } from '../../contracts/Clock';
import type { BackgroundDaemonEntry, ListenerEntry, PeriodicTaskSpec } from '../../contracts/entries';
import type { EndedHold, SkippedMoment } from '../../contracts/Scheduler';
import type { FrameworkConfig } from '../../contracts/configuration';
import type { PauseInfo } from '../../contracts/status';
import type { Engine } from '../../coordinator/Engine';
import { isRemembered } from '../../scheduling/RememberedMoments';
import { isShared } from './ClusterActs';
import { levelsOf } from './describe';
import { type Intent, type Intents, slotOf } from './Intents';

/** The parts of an application that intents take effect on. */
export interface EffectParts {
  readonly engine: Pick<Engine, 'clock' | 'scheduler'>;
  readonly listeners: readonly ListenerEntry[];
  readonly daemonOf: (name: string) => BackgroundDaemonEntry | undefined;
  /** The configured levels and format of the log. */
  readonly logging: FrameworkConfig['logging'];
  /** Sets the log levels: those of the configuration, with those of operators above them. */
  readonly setLevels: (levels: FrameworkConfig['logging']) => void;
}

/** Has the scheduler, the log and the clock do what the intents say. */
export class IntentEffects {
  readonly #parts: EffectParts;
  readonly #intents: Intents;
  readonly #over: (intent: Intent) => void;
  /** The intent in effect for each task, by its path. */
  readonly #paused = new Map<string, Intent>();
  readonly #rescheduled = new Map<string, Intent>();
  readonly #skipping = new Map<string, Intent>();
  readonly #timers = new Map<Intent, ClockTimer>();
  #levels: readonly Intent[] = [];

  /** @param over - called when an intent is over by itself. */
  constructor(parts: EffectParts, intents: Intents, over: (intent: Intent) => void) {
    this.#parts = parts;
    this.#intents = intents;
    this.#over = over;
  }

  /** Brings everything in line with the intents. Does nothing twice. */
  async follow(): Promise<void> {
    const { all } = this.#intents;
    this.#setTimers(all);
    const levels = all.filter(({ action }) => action === 'log-level');
    if (levels.length > 0 || this.#levels.length > 0) {
      this.#parts.setLevels(levelsOf(this.#parts.logging, levels));
    }
    this.#levels = levels;
    // Most applications begin so, and each of their listeners would be asked for its tasks.
    if (all.length === 0 && this.#inEffect === 0) return;
    const pauses = all.filter(({ action }) => action === 'pause');
    await Promise.all(
      this.#parts.listeners.flatMap(({ name, essential }) =>
        (this.#parts.daemonOf(name)?.tasks ?? [])
          // The engine keeps what is set for a task of cluster scope.
          .filter(({ cluster }) => cluster === undefined)
          .flatMap((spec) => this.#followTask(name, essential, spec, pauses)),
      ),
    );
  }

  /**
   * Takes notice of an intent that ended while the process was down: it still holds the due moments that fell into it, and the
   * configured schedule holds from its end on.
   */
  ended(intent: Intent): void {
    for (const [listener, spec] of this.#tasksOf(intent)) {
      this.#held(listener, spec.name, intent);
      const end = endOfLoan(intent);
      if (end !== undefined && isRemembered(spec)) this.#parts.engine.scheduler.holdsAgain(listener, spec, end);
    }
  }

  /** True for an intent by which due moments of a task are decided that are made up at a start. */
  mayHold(intent: Intent): boolean {
    const isOne = endedHoldOf(intent, Infinity) !== undefined || endOfLoan(intent) !== undefined;
    return isOne && this.#tasksOf(intent).some(([, spec]) => isRemembered(spec));
  }

  /** True if a task of the listener, or the one that is named, is paused. */
  isPaused(listener: string, task: string | undefined): boolean {
    const names = task === undefined ? (this.#parts.daemonOf(listener)?.tasks ?? []).map(({ name }) => name) : [task];
    return names.some((name) => this.#paused.has(`${listener}.${name}`));
  }

  /** Ends the timers. */
  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  get #inEffect(): number {
    return this.#paused.size + this.#rescheduled.size + this.#skipping.size;
  }

  #followTask(
    listener: string,
    essential: boolean,
    spec: PeriodicTaskSpec,
    pauses: readonly Intent[],
  ): readonly Promise<void>[] {
    const { scheduler } = this.#parts.engine;
    const { name: task } = spec;
    const path = `${listener}.${task}`;
    const holds = pauses.filter((pause) => concerns(pause, listener, essential, task));
    const rescheduled = this.#intents.get(slotOf({ action: 'reschedule', listener, task }));
    const skipping = this.#intents.get(slotOf({ action: 'skip-next', listener, task }));
    return [
      take(this.#paused, path, longest(holds), (pause, old) => {
        this.#held(listener, task, old);
        return pause === undefined ? scheduler.resume(listener, task) : scheduler.pause(listener, task, infoOf(pause));
      }),
      take(this.#rescheduled, path, rescheduled, (intent, old) => {
        this.#held(listener, task, old);
        return intent?.schedule === undefined
          ? scheduler.replace(listener, spec)
          : scheduler.replace(listener, { ...spec, schedule: intent.schedule }, Date.parse(intent.since));
      }),
      take(this.#skipping, path, skipping, (intent) => scheduler.skipNext(listener, task, intent && skipOf(intent))),
    ].filter((act) => act !== undefined);
  }

  /** The tasks of this process alone that an intent concerns, each with its listener. */
  #tasksOf(intent: Intent): readonly (readonly [listener: string, spec: PeriodicTaskSpec])[] {
    return this.#parts.listeners.flatMap(({ name, essential }) =>
      (this.#parts.daemonOf(name)?.tasks ?? [])
        .filter((spec) => spec.cluster === undefined && concerns(intent, name, essential, spec.name))
        .map((spec) => [name, spec] as const),
    );
  }

  #held(listener: string, task: string, intent: Intent | undefined): void {
    const { clock, scheduler } = this.#parts.engine;
    const hold = intent && endedHoldOf(intent, clock.now());
    if (hold !== undefined) scheduler.held(listener, task, hold);
  }

  #setTimers(all: readonly Intent[]): void {
    const { clock } = this.#parts.engine;
    for (const [intent, timer] of this.#timers) {
      if (all.includes(intent)) continue;
      timer.cancel();
      this.#timers.delete(intent);
    }
    for (const intent of all) {
      if (intent.until === undefined || this.#timers.has(intent) || isShared(this.#parts.daemonOf, intent)) continue;
      this.#timers.set(
        intent,
        clock.at(Date.parse(intent.until), () => this.#over(intent)),
      );
    }
  }
}

/** Acts if another intent is in effect for a task than before; else returns undefined. */
function take(
  inEffect: Map<string, Intent>,
  path: string,
  intent: Intent | undefined,
  act: (intent: Intent | undefined, old: Intent | undefined) => Promise<void>,
): Promise<void> | undefined {
  const old = inEffect.get(path);
  if (old === intent) return undefined;
  if (intent === undefined) inEffect.delete(path);
  else inEffect.set(path, intent);
  return act(intent, old);
}

/** True if an intent, such as the pause of the whole application, concerns a task. */
const concerns = (intent: Intent, listener: string, essential: boolean, task: string): boolean =>
  (intent.listener === undefined ? !essential : intent.listener === listener) && (intent.task ?? task) === task;

/** The due moments that an intent held which is over at `now`; undefined for one that held none. */
function endedHoldOf(intent: Intent, now: number): EndedHold | undefined {
  const { action, since, value = '', by, reason, schedule } = intent;
  const until = intent.until === undefined ? Infinity : Date.parse(intent.until);
  if (action === 'skip-next') {
    const at = Date.parse(value);
    return at < until ? { from: at, to: at + 1, what: action, by, reason } : undefined;
  }
  if (action !== 'pause' && (action !== 'reschedule' || schedule?.kind !== 'manual')) return undefined;
  return { from: Date.parse(since), to: Math.min(until, now), what: action, by, reason };
}

/** When a task went back from the schedule of an operator to its own, in epoch milliseconds; undefined for another intent. */
const endOfLoan = ({ action, schedule, until }: Intent): number | undefined =>
  action === 'reschedule' && until !== undefined && schedule !== undefined && schedule.kind !== 'manual'
    ? Date.parse(until)
    : undefined;

/** The pause that ends last: a task is paused while any holds. */
function longest(pauses: readonly Intent[]): Intent | undefined {
  let found: Intent | undefined;
  for (const pause of pauses) {
    const end = (intent: Intent): number => (intent.until === undefined ? Infinity : Date.parse(intent.until));
    if (found === undefined || end(pause) > end(found)) found = pause;
  }
  return found;
}

const skipOf = ({ value = '', by, reason }: Intent): SkippedMoment => ({ at: Date.parse(value), by, reason });

const infoOf = ({ since, until, reason, by, listener }: Intent): PauseInfo =>
  Object.freeze({
    since,
    ...(until === undefined ? {} : { until }),
    reason,
    by,
    ...(listener === undefined ? { ofAll: true as const } : {}),
  });
