import { isErrorLike, type ListenerLogger, StateError } from 'daemonry';

import type { AuditContent } from './EventCatalog';

/** An event that is to be appended, with the instant (epoch milliseconds) at which that was asked for. */
export interface PendingEvent extends AuditContent {
  readonly at: number;
}

const MOST_WAITING = 1_000;

/**
 * Events that could not be written and that nobody else would append again. They wait in memory, and are written with the
 * next event that can be; of those beyond the limit only the number is kept.
 */
export class LateEvents {
  #waiting: readonly PendingEvent[] = [];
  #lost = 0;

  constructor(private readonly log: ListenerLogger) {}

  /** Number of events that wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Keeps an event that was not written because of `error`. The first one is logged. */
  keep(event: PendingEvent, error: unknown): void {
    const { type, source } = event;
    // The statement or the chain itself is wrong: it would fail again.
    if (!(error instanceof StateError) || error.code === 'STATE_STATEMENT' || error.code === 'STATE_PARAMETER') {
      this.log.error(`The audit log lacks an event: ${type}`, { source, error });
      return;
    }
    if (this.#waiting.length < MOST_WAITING) this.#waiting = [...this.#waiting, event];
    else this.#lost++;
    if (this.#waiting.length === 1) {
      const message =
        'The audit log cannot be written: events wait in memory until it can, and are lost if the process ends';
      this.log.error(message, { type, source, error });
    } else if (this.#lost === 1) {
      this.log.error(`The audit log lacks events: more than ${MOST_WAITING} wait to be written`, { type, source });
    }
  }

  /** Takes out all that wait, oldest first, for a transaction that writes them. */
  take(): readonly PendingEvent[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  /** Puts events back whose transaction has failed. */
  putBack(events: readonly PendingEvent[]): void {
    this.#waiting = [...events, ...this.#waiting];
  }

  /** Logs that events which waited are written. */
  written(count: number): void {
    if (count === 0) return;
    this.log.info('The audit log is written again', { late: count, lost: this.#lost });
    this.#lost = 0;
  }

  /** Logs which events are lost, when the application stops. */
  giveUp(error: unknown): void {
    const types: Record<string, number> = {};
    for (const { type } of this.#waiting) types[type] = (types[type] ?? 0) + 1;
    const lost = this.#waiting.length + this.#lost;
    this.log.error(`The audit log lacks ${lost} events, which could not be written`, {
      types,
      error: isErrorLike(error) ? error : undefined,
    });
    this.#waiting = [];
  }
}
