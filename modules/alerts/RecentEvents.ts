import { Clock } from 'daemonry';
import { injectable } from 'inversify';

import type { AuditEvent } from '../audit_log/auditEvents';
import { AuditLog } from '../audit_log/AuditLog';
import type { AuditTail } from '../audit_log/AuditReader';
import type { EventCounts } from './rules';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

type Counted = keyof EventCounts;

/**
 * Counts what the audit log tells of the last 24 hours, to the minute. The log of a day is read once; after that only what
 * is new is read.
 */
@injectable()
export class RecentEvents {
  /** Minute since the epoch → what happened in it. */
  readonly #minutes = new Map<number, Partial<Record<Counted, number>>>();
  #tail: AuditTail | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Rejects with what reading the log rejects with; what was read until then counts. */
  count(): Promise<EventCounts> {
    const counted = this.#last.then(() => this.#count());
    this.#last = counted.catch(() => undefined);
    return counted;
  }

  async #count(): Promise<EventCounts> {
    const dayAgo = this.clock.now() - DAY_MS;
    this.#tail ??= this.audit.tail(dayAgo);
    for await (const event of this.#tail.read()) this.#add(event);
    return this.#sum(Math.floor(dayAgo / MINUTE_MS));
  }

  #add(event: AuditEvent): void {
    const counted = countedAs(event);
    if (counted === undefined) return;
    const minute = Math.floor(Date.parse(event.at) / MINUTE_MS);
    const counts = this.#minutes.get(minute) ?? {};
    this.#minutes.set(minute, { ...counts, [counted]: (counts[counted] ?? 0) + 1 });
  }

  #sum(oldest: number): EventCounts {
    const sum = { deadLetters: 0, denials: 0, toolErrors: 0, replyFailures: 0 };
    for (const [minute, counts] of this.#minutes) {
      if (minute < oldest) this.#minutes.delete(minute);
      else for (const [name, count] of Object.entries(counts)) sum[name as Counted] += count;
    }
    return sum;
  }
}

function countedAs(event: AuditEvent): Counted | undefined {
  switch (event.type) {
    case 'webhook.dead_letter':
      return 'deadLetters';
    case 'capability.denied':
      return 'denials';
    case 'reasoning.tool_called':
      return event.details.outcome === 'error' ? 'toolErrors' : undefined;
    case 'slack.reply_failed':
      return 'replyFailures';
    default:
      return undefined;
  }
}
