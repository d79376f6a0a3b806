import type { Clock, ClockTimer } from '../contracts/Clock';
import { formatDuration } from '../contracts/Duration';
import type { FreshnessEffect } from '../contracts/options';
import { isDaemon, type ListenerDefinition } from '../contracts/ListenerDefinition';
import type { EventSender } from '../contracts/ApplicationEvents';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import type { RunHistory } from '../contracts/RunHistory';
import { toError } from '../errors/serializeError';
import { runOutsideExecution } from '../execution/ExecutionContext';
import { FreshnessMark } from '../scheduling/FreshnessMark';
import type { InMemoryRunLedger } from '../scheduling/InMemoryRunLedger';
import { isoText } from '../time/instant';
import { onStep } from '../time/SystemClock';

/** A task that has to succeed now and then. */
interface WatchedTask {
  readonly listener: string;
  readonly task: string;
  readonly within: number;
  readonly effect: FreshnessEffect;
  readonly mark: FreshnessMark;
  isStale: boolean;
}

/** The parts that a {@link Freshness} works with. */
export interface FreshnessParts {
  readonly clock: Clock;
  readonly emit: EventSender['emit'];
  /** Undefined if none is kept. */
  readonly history: RunHistory | undefined;
  /** The log of the application. */
  readonly log: Pick<ListenerLogger, 'warn'>;
  /** True for a listener that is switched off: its tasks are not expected to succeed. */
  readonly isDisabled: (listener: string) => boolean;
  /** Called when a task has become stale or fresh. */
  readonly changed: () => void;
}

/** Watches the tasks with `mustSucceedWithin`, with one timer for all; there is none when no task declares it. */
export class Freshness {
  readonly #parts: FreshnessParts;
  readonly #tasks: readonly WatchedTask[];
  #timer: ClockTimer | undefined;
  #isOpen = false;
  #stopWatchingSteps: () => void = () => undefined;

  constructor(parts: FreshnessParts, definitions: readonly ListenerDefinition[], ledger: InMemoryRunLedger) {
    this.#parts = parts;
    this.#tasks = definitions.flatMap((definition) => {
      const tasks = isDaemon(definition) ? definition.tasks : [];
      return tasks.flatMap(
        ({ name: task, mustSucceedWithin: within, freshness: effect = 'degraded' }): WatchedTask[] => {
          if (within === undefined) return [];
          // A success only puts the end of the time off: the timer that is armed looks again then.
          const succeeded = (): void => {
            if (watched.isStale) this.look();
          };
          const mark = new FreshnessMark(succeeded, () => this.look());
          const watched: WatchedTask = { listener: definition.name, task, within, effect, mark, isStale: false };
          ledger.history(definition.name, task).mark = mark;
          return [watched];
        },
      );
    });
  }

  /** Reads the last success of each task in earlier processes, if a history is kept. One that cannot be read is logged. */
  async prepare(): Promise<void> {
    const { history, log, clock } = this.#parts;
    if (history === undefined) return;
    for (const { listener, task, within, mark } of this.#tasks) {
      try {
        const { runs } = await history.query({ listener, task, outcome: 'succeeded', limit: 1 });
        const finishedAt = runs[0]?.finishedAt;
        // The clock may have been ahead then: nothing is fresher than a success of this moment.
        if (finishedAt !== undefined) mark.begin(Math.min(Date.parse(finishedAt), clock.now()));
        else {
          // It has not succeeded for as long as there have been runs.
          const [old] = (await history.query({ listener, task, to: clock.now() - within, limit: 1 })).runs;
          if (old !== undefined) mark.begin(Date.parse(old.scheduledAt));
        }
      } catch (thrown) {
        const message = `the last success of "${listener}.${task}" cannot be read: its age counts from the opening of ticks`;
        log.warn(message, { error: toError(thrown) });
      }
    }
  }

  /** Begins, as ticks open. */
  open(now: number): void {
    if (this.#tasks.length === 0) return;
    for (const { mark } of this.#tasks) mark.begin(now);
    this.#isOpen = true;
    this.#stopWatchingSteps = onStep(this.#parts.clock, (ms) => {
      for (const { mark } of ms > 0 ? this.#tasks : []) mark.stepBack(ms);
      this.look();
    });
    this.look();
  }

  end(): void {
    this.#isOpen = false;
    this.#timer?.cancel();
    this.#stopWatchingSteps();
  }

  /** One sentence for each stale task, with that effect if one is given. */
  causes(effect?: FreshnessEffect): readonly string[] {
    return this.#tasks.filter((one) => one.isStale && (effect === undefined || one.effect === effect)).map(causeOf);
  }

  /** The {@link causes} that a restart of the process may mend: a task that is paused or off does not run after one either. */
  causesOfRestart(): readonly string[] {
    return this.#tasks
      .filter(({ isStale, effect, mark }) => isStale && effect === 'unlive' && mark.stand === undefined)
      .map(causeOf);
  }

  /** True while the task is stale; undefined for one that is not watched. */
  isStale(listener: string, task: string): boolean | undefined {
    return this.#tasks.find((one) => one.listener === listener && one.task === task)?.isStale;
  }

  /** Decides anew which tasks are stale: a listener may have become disabled. */
  look(): void {
    if (!this.#isOpen) return;
    const { clock, emit, isDisabled, changed } = this.#parts;
    const now = clock.now();
    let next = Infinity;
    let hasChanged = false;
    for (const one of this.#tasks) {
      const { listener, task, mark, within } = one;
      const due = isDisabled(listener) ? Infinity : mark.countsFrom + within;
      const { standsSince } = mark;
      const isStale = due <= (standsSince ?? now);
      if (!isStale && standsSince === undefined) next = Math.min(next, due);
      if (isStale === one.isStale) continue;
      one.isStale = isStale;
      hasChanged = true;
      if (isStale) emit('task.stale', { listener, task, since: isoText(mark.countsFrom), within });
      else emit('task.fresh', { listener, task });
    }
    this.#timer?.cancel();
    this.#timer =
      next === Infinity ? undefined : runOutsideExecution(() => clock.at(next, () => this.look(), { elapsed: true }));
    if (hasChanged) changed();
  }
}

function causeOf({ listener, task, within, mark }: WatchedTask): string {
  const stands = mark.stand === undefined ? '' : mark.stand === 'pause' ? '; it is paused' : '; its schedule is off';
  return `"${listener}.${task}" has not succeeded for ${formatDuration(within)}, as it must${stands}`;
}
