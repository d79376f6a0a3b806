import type { ClockTimer } from '../../contracts/Clock';
import type { ClusterMoment, ClusterTaskHandle } from '../../contracts/ClusterEngine';
import type { MisfirePolicy } from '../../contracts/options';
import type { DueTimer } from '../DueTimer';
import type { PassedMoments } from './PassedMoments';
import type { SharedRuns } from './SharedRuns';
import type { TaskSide } from './TaskSide';

/** The parts of a task that its offers are made with. */
export interface OfferParts {
  readonly side: TaskSide;
  readonly handle: Pick<ClusterTaskHandle, 'offer'>;
  readonly timer: Pick<DueTimer, 'around' | 'withJitter'>;
  readonly runs: SharedRuns;
  readonly passed: PassedMoments;
  readonly misfire: MisfirePolicy;
  /** True while this process takes moments of the task. */
  readonly takesPart: () => boolean;
}

/** Offers the due moments of one task of cluster scope to the engine, and what the cluster has missed. */
export class SharedOffers {
  readonly #parts: OfferParts;
  /** When the task was opened, on the clock of the store; undefined before. */
  #openedAt: number | undefined;
  /** True until the engine has told what operators have set, which may be another schedule. */
  #isUntold = true;
  /** True until what came due while this process was not there is made up. */
  #isBehind = true;
  /** Moments that are offered later, by their due moments. */
  readonly #later = new Map<number, ClockTimer>();

  constructor(parts: OfferParts) {
    this.#parts = parts;
  }

  /** The task is open: offers what came due before. */
  open(now: number): void {
    this.#openedAt = now;
    this.catchUp();
  }

  /** The engine is away. */
  lost(): void {
    this.#isUntold = true;
    this.#isBehind = true;
  }

  /** The engine has told what operators have set. */
  told(): void {
    this.#isUntold = false;
    this.catchUp();
  }

  /** Forgets moments that are offered later: the schedule is another one, or the task has ended. */
  forget(): void {
    for (const timer of this.#later.values()) timer.cancel();
    this.#later.clear();
  }

  /** Offers what came due while this process was not there, once it can. */
  catchUp(): void {
    const { side, timer, misfire, takesPart } = this.#parts;
    if (!this.#isBehind || this.#isUntold || this.#openedAt === undefined) return;
    if (!side.engine.isConnected || !takesPart()) return;
    this.#isBehind = false;
    const now = side.clock.now();
    let { previous: newest } = timer.around(now);
    if (newest !== undefined && timer.withJitter(newest) > now) {
      // Its jitter is not over. The timer has it, unless the task was opened in that time.
      const waiting: ClusterMoment = { trigger: 'schedule', scheduledAt: newest, firesAt: timer.withJitter(newest) };
      if (newest < this.#openedAt) this.#offerLater(waiting);
      ({ previous: newest } = timer.around(newest - 1));
    }
    if (misfire === 'run-once' && newest !== undefined)
      void this.offer({ trigger: 'catch-up', scheduledAt: newest, firesAt: now });
  }

  /** Offers a moment. One that does not reach the engine is recorded. */
  async offer(moment: ClusterMoment): Promise<void> {
    const { side, handle } = this.#parts;
    if (!side.engine.isConnected) {
      this.#unreached(moment);
      return;
    }
    try {
      const answer = await handle.offer(moment);
      // The clock of the store is behind what this process thought.
      if (answer === 'early') this.#offerLater(moment);
    } catch {
      // The engine tells why, once for all tasks.
      this.#unreached(moment);
    }
  }

  #offerLater(moment: ClusterMoment): void {
    const { side, takesPart } = this.#parts;
    const { clock, runners } = side;
    const { scheduledAt, firesAt } = moment;
    this.#later.get(scheduledAt)?.cancel();
    runners.context.runInAsyncScope(() => {
      const again = (): void => {
        this.#later.delete(scheduledAt);
        if (takesPart()) void this.offer(moment);
      };
      this.#later.set(scheduledAt, clock.at(Math.max(firesAt, clock.now() + 1), again));
    });
  }

  #unreached(moment: ClusterMoment): void {
    const { runs, passed } = this.#parts;
    if (moment.trigger === 'catch-up') return;
    runs.skip(moment, 'unreachable');
    passed.unreached(moment.scheduledAt);
  }
}
