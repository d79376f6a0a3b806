import type { Clock, ClockTimer } from '../contracts/Clock';
import { formatDuration } from '../contracts/Duration';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import { isoText } from '../time/instant';
import { LONGEST_REPEAT_MS } from './DueMoments';
import type { MissedMoments } from './runs';

/** The shortest time between two lines about missed due moments: a task that is always late must not fill the log. */
const SHORTEST_PAUSE_MS = 60_000;
const TASKS_NAMED = 10;

/** Tells the operator when the clock was set, or due moments were missed while the application ran: one line for all tasks. */
export class ScheduleNotices {
  readonly #clock: Clock;
  readonly #log: Pick<ListenerLogger, 'warn'>;
  readonly #tasks = new Set<string>();
  #count = 0;
  #from = Infinity;
  #to = -Infinity;
  /** By how much the clock went forward, since the last line. */
  #forward = 0;
  #toldAt = -Infinity;
  #timer: ClockTimer | undefined;

  constructor(clock: Clock, log: Pick<ListenerLogger, 'warn'>) {
    this.#clock = clock;
    this.#log = log;
  }

  /** @param ms - by how much the clock was set back; negative when it went forward. */
  stepped(ms: number): void {
    if (ms > 0) {
      const cron = ms > LONGEST_REPEAT_MS ? 'cron goes by the new time' : 'cron waits until what it has kept is past';
      this.#log.warn(`The clock was set back by ${lengthOf(ms)}: intervals go on as time does, and ${cron}.`, { ms });
      // Otherwise the next line would wait for the clock to come there again.
      this.#toldAt -= ms;
      return;
    }
    this.#forward -= ms;
    this.#tellSoon(this.#clock.now());
  }

  missed(task: string, { count, from, to }: MissedMoments): void {
    this.#tasks.add(task);
    this.#count += count;
    this.#from = Math.min(this.#from, from);
    this.#to = Math.max(this.#to, to);
    this.#tellSoon(Math.max(this.#clock.now(), this.#toldAt + SHORTEST_PAUSE_MS));
  }

  /** Tells what has not been told yet, for the last time. */
  end(): void {
    if (this.#timer !== undefined) this.#tell();
  }

  /** After the timers that are due by then, which may have missed more. */
  #tellSoon(when: number): void {
    this.#timer ??= this.#clock.at(when, () => this.#tell(), { elapsed: true });
  }

  #tell(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const [count, tasks, forward] = [this.#count, [...this.#tasks], this.#forward];
    const missed = `${count} due moment${count === 1 ? '' : 's'} of ${tasks.length} task${tasks.length === 1 ? '' : 's'} passed without a run`;
    const jump = `The clock went forward by ${lengthOf(forward)} at once: it was set, or the machine slept.`;
    const stood = `The process or its event loop stood still: ${missed}.`;
    const message = forward === 0 ? stood : count === 0 ? jump : `${jump} ${missed}.`;
    const range =
      count === 0 ? {} : { tasks: tasks.slice(0, TASKS_NAMED), from: isoText(this.#from), to: isoText(this.#to) };
    if (count > 0) this.#toldAt = this.#clock.now();
    this.#tasks.clear();
    [this.#count, this.#forward, this.#from, this.#to] = [0, 0, Infinity, -Infinity];
    this.#log.warn(message, {
      ...(forward === 0 ? {} : { forwardMs: forward }),
      ...(count === 0 ? {} : { missed: count }),
      ...range,
    });
  }
}

/** To the second: nobody sets a clock more precisely. */
const lengthOf = (ms: number): string => formatDuration(Math.round(ms / 1_000) * 1_000);
