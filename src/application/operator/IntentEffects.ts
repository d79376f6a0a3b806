import type { ClockTimer } from '../../contracts/Clock';
import type { BackgroundDaemonEntry, ListenerEntry, PeriodicTaskSpec } from '../../contracts/entries';
import type { SkippedMoment } from '../../contracts/Scheduler';
import type { FrameworkConfig } from '../../contracts/configuration';
import type { PauseInfo } from '../../contracts/status';
import type { Engine } from '../../coordinator/Engine';
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
    const holds = pauses.filter(
      (pause) =>
        (pause.listener === undefined ? !essential : pause.listener === listener) && (pause.task ?? task) === task,
    );
    const rescheduled = this.#intents.get(slotOf({ action: 'reschedule', listener, task }));
    const skipping = this.#intents.get(slotOf({ action: 'skip-next', listener, task }));
    return [
      take(this.#paused, path, longest(holds), (pause) =>
        pause === undefined ? scheduler.resume(listener, task) : scheduler.pause(listener, task, infoOf(pause)),
      ),
      take(this.#rescheduled, path, rescheduled, (intent) =>
        intent?.schedule === undefined
          ? scheduler.replace(listener, spec)
          : scheduler.replace(listener, { ...spec, schedule: intent.schedule }, Date.parse(intent.since)),
      ),
      take(this.#skipping, path, skipping, (intent) => scheduler.skipNext(listener, task, intent && skipOf(intent))),
    ].filter((act) => act !== undefined);
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
  act: (intent: Intent | undefined) => Promise<void>,
): Promise<void> | undefined {
  if (inEffect.get(path) === intent) return undefined;
  if (intent === undefined) inEffect.delete(path);
  else inEffect.set(path, intent);
  return act(intent);
}

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
