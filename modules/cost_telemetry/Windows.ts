import { Tally } from './Tally';
import { TELEMETRY_SCHEMA_VERSION, type TelemetryBucket, type TelemetryDocument } from './TelemetryDocument';
import type { RouteCounters, TelemetryRecord, TelemetryWindow, WindowName } from './TelemetryWindow';

const DAY_MS = 24 * 60 * 60_000;
/** The rolling window forgets in steps of this. */
const BUCKET_MS = 5 * 60_000;

/** A calendar month that is over. */
export interface ClosedMonth {
  /** `2030-01`. */
  readonly month: string;
  readonly total: RouteCounters;
}

/**
 * The counters of the three windows: since the process began, of the last 24 hours (kept in buckets of five minutes, of
 * which one counts as long as any part of it is in the window), and of the calendar month in UTC. Knows no clock.
 */
export class Windows {
  readonly #began: number;
  readonly #lifetime = new Tally();
  /** By the instant at which they begin. */
  readonly #buckets = new Map<number, Tally>();
  #month: { readonly since: number; readonly tally: Tally };
  #closed: ClosedMonth | undefined;

  /** @param now - epoch milliseconds, as everywhere here. */
  constructor(now: number) {
    this.#began = now;
    this.#month = { since: monthOf(now), tally: new Tally() };
  }

  count(call: TelemetryRecord, now: number): void {
    this.roll(now);
    this.#lifetime.count(call);
    this.#bucketAt(now).count(call);
    this.#monthAt(now).count(call);
  }

  /** Adds what an earlier process has counted: what is still in the rolling window, and of this month. */
  restore({ windows, buckets }: TelemetryDocument, now: number): void {
    for (const { since, routes } of buckets) {
      const start = Date.parse(since);
      if (start <= now) this.#bucketAt(start).addAll(routes);
    }
    this.roll(now);
    const tally = this.#monthAt(now);
    const { since, routes, total } = windows.monthly;
    const began = Date.parse(since);
    if (began === this.#month.since) tally.addAll(routes);
    else if (began < this.#month.since && total.calls > 0) this.#closed ??= { month: monthName(began), total };
  }

  /** Forgets what has left the rolling window. */
  roll(now: number): void {
    for (const start of this.#buckets.keys()) {
      if (start + BUCKET_MS <= now - DAY_MS) this.#buckets.delete(start);
    }
  }

  /** The month that has ended since it was asked for last, once. */
  closedMonth(now: number): ClosedMonth | undefined {
    this.#monthAt(now);
    const closed = this.#closed;
    this.#closed = undefined;
    return closed;
  }

  window(name: WindowName, now: number): TelemetryWindow {
    switch (name) {
      case 'process_lifetime':
        return this.#lifetime.window(this.#began);
      case 'rolling_24h':
        return this.#rolling(now);
      case 'monthly':
        return this.#monthAt(now).window(this.#month.since);
    }
  }

  document(now: number): TelemetryDocument {
    this.roll(now);
    return {
      schemaVersion: TELEMETRY_SCHEMA_VERSION,
      writtenAt: new Date(now).toISOString(),
      windows: {
        process_lifetime: this.window('process_lifetime', now),
        rolling_24h: this.window('rolling_24h', now),
        monthly: this.window('monthly', now),
      },
      buckets: [...this.#buckets]
        .sort(([a], [b]) => a - b)
        .map(([start, { routes }]): TelemetryBucket => ({ since: new Date(start).toISOString(), routes })),
    };
  }

  #rolling(now: number): TelemetryWindow {
    this.roll(now);
    const sum = new Tally();
    for (const { routes } of this.#buckets.values()) sum.addAll(routes);
    return sum.window(now - DAY_MS);
  }

  #bucketAt(instant: number): Tally {
    const start = instant - (instant % BUCKET_MS);
    const tally = this.#buckets.get(start) ?? new Tally();
    this.#buckets.set(start, tally);
    return tally;
  }

  // A clock that is set back over the end of a month reopens none.
  #monthAt(now: number): Tally {
    const since = monthOf(now);
    if (since > this.#month.since) {
      const { total } = this.#month.tally.window(this.#month.since);
      if (total.calls > 0) this.#closed = { month: monthName(this.#month.since), total };
      this.#month = { since, tally: new Tally() };
    }
    return this.#month.tally;
  }
}

function monthOf(instant: number): number {
  const date = new Date(instant);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

const monthName = (instant: number): string => new Date(instant).toISOString().slice(0, 7);
