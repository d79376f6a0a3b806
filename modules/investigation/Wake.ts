import { describeError, type TickContext } from 'daemonry';

import type { AuditConsumer } from '../audit_log/AuditConsumer';
import type { AuditEvent, AuditEventType, Severity } from '../audit_log/auditEvents';
import type { Debounce } from './Debounce';
import type { Investigation, InvestigationCase, Investigator } from './Investigator';

/** Number of events that are read at a time. */
const BATCH = 10;
/** Number of investigations after which a tick leaves the rest to the next. */
const MOST_INVESTIGATIONS = 5;
/** Older events are not investigated. */
const STALE_MS = 24 * 60 * 60_000;

/** How to investigate an event. */
export interface Waking {
  /** Events of one key are debounced together. */
  readonly key: string;
  readonly severity: Severity;
  readonly headline: string;
  readonly question: string;
  readonly route: InvestigationCase['route'];
  /** Appends the row with the result to the audit log. */
  readonly complete: (investigation: Investigation) => Promise<unknown>;
}

/** The parts of a {@link Wake}. */
export interface WakeParts<T extends AuditEventType> {
  readonly consumer: AuditConsumer<T>;
  readonly debounce: Debounce;
  readonly investigator: Investigator;
  /** Describes how to investigate an event; `undefined` if it is not to be investigated. */
  readonly waking: (event: AuditEvent<T>, source: string) => Waking | undefined;
}

type Context = Pick<TickContext, 'name' | 'signal' | 'log' | 'clock'>;

/** Investigates the events of the audit log, each once, oldest first. */
export class Wake<T extends AuditEventType> {
  #outcomes: readonly WakeOutcome[] = [];

  constructor(private readonly parts: WakeParts<T>) {}

  /** Outcomes of the last tick, one per event, also those before the tick failed. */
  get outcomes(): readonly WakeOutcome[] {
    return this.#outcomes;
  }

  /**
   * Investigates each new event. When one fails, the error is logged and put into the outcomes, and the next event follows.
   *
   * @throws the signal's reason after it aborts; the event that was being handled comes again. The error of reading the log.
   */
  async tick(context: Context): Promise<void> {
    const outcomes: WakeOutcome[] = [];
    this.#outcomes = outcomes;
    const handle = async (event: AuditEvent<T>): Promise<void> => {
      try {
        outcomes.push(await this.#handle(event, context));
      } catch (error) {
        outcomes.push({ sequence: event.sequence, dispatched: false, error: describeError(error) });
        throw error;
      }
    };
    for (let more = true; more && outcomes.filter(isDispatched).length < MOST_INVESTIGATIONS;) {
      const delivery = await this.parts.consumer.deliver(handle, { limit: BATCH, signal: context.signal });
      for (const { sequence, error } of delivery.failed) {
        context.log.error(`Event ${sequence} could not be looked into`, { error });
      }
      ({ more } = delivery);
    }
    const stale = outcomes.filter(({ skipped }) => skipped === 'stale').length;
    if (stale > 0) context.log.warn(`Not looked into, because older than a day: ${stale}`);
  }

  async #handle(event: AuditEvent<T>, { name, signal, log, clock }: Context): Promise<WakeOutcome> {
    const { debounce, investigator } = this.parts;
    const { sequence, at } = event;
    const waking = this.parts.waking(event, name);
    if (waking === undefined) return { sequence, dispatched: false, skipped: 'not_investigated' };
    if (clock.now() - Date.parse(at) > STALE_MS) return { sequence, dispatched: false, skipped: 'stale' };
    const { key, severity, headline, question, route, complete } = waking;

    const decision = debounce.decide(key, { sequence, at, critical: severity === 'critical' });
    if (decision.kind === 'debounced') return { sequence, dispatched: false, skipped: 'debounced' };
    if (decision.kind === 'buffered') {
      return { sequence, dispatched: false, skipped: 'buffered', buffered: decision.waiting };
    }
    try {
      const found = await investigator.investigate({ route, headline, question, severity, source: name, signal });
      await complete(found);
      log.info(`Looked into ${key}`, { sequence, engine: found.engine, slack: found.slack });
      const { engine, slack, error } = found;
      return { sequence, dispatched: true, engine, slack, error };
    } catch (error) {
      if (signal.aborted) debounce.takeBack(key);
      throw error;
    }
  }
}

const isDispatched = ({ dispatched }: WakeOutcome): boolean => dispatched;

/** The outcome of one event. */
export interface WakeOutcome {
  /** Sequence number of the event in the audit log. */
  readonly sequence: number;
  /** True if it was investigated. */
  readonly dispatched: boolean;
  /**
   * Reason why it was not investigated: it is not meant to be, it is older than a day, it is too soon after the last one of its
   * kind, or it waits for another of its kind.
   */
  readonly skipped?: 'not_investigated' | 'stale' | 'debounced' | 'buffered';
  /** Number of events that wait, this one included. */
  readonly buffered?: number;
  /** `fallback` if the engine gave no answer. */
  readonly engine?: 'answered' | 'fallback';
  /** Fate of the message to the operator. */
  readonly slack?: 'sent' | 'failed' | 'unavailable';
  /** Reason why it failed, or why nothing was posted. */
  readonly error?: string;
}
