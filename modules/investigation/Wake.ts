import type { TickContext } from 'daemonry';

import type { AuditConsumer } from '../audit_log/AuditConsumer';
import type { AuditEvent, AuditEventType, Severity } from '../audit_log/AuditEvent';
import { errorText } from '../shared/errorText';
import type { Debounce } from './Debounce';
import type { Investigation, InvestigationCase, Investigator } from './Investigator';

/** How many events are read at a time, and after how many investigations a tick leaves the rest to the next. */
const BATCH = 10;
const MOST_INVESTIGATIONS = 5;
/** What is older is no news any more. */
const STALE_MS = 24 * 60 * 60_000;

/** How one kind of event is looked into. */
export interface Waking {
  /** Events of one key are debounced together. */
  readonly key: string;
  readonly severity: Severity;
  readonly headline: string;
  readonly question: string;
  readonly route: InvestigationCase['route'];
  /** Appends the row that says what came of it. */
  readonly complete: (investigation: Investigation) => Promise<unknown>;
}

export interface WakeParts<T extends AuditEventType> {
  readonly consumer: AuditConsumer<T>;
  readonly debounce: Debounce;
  readonly investigator: Investigator;
  /** `undefined` for an event that is not to be looked into. */
  readonly waking: (event: AuditEvent<T>, source: string) => Waking | undefined;
}

type Context = Pick<TickContext, 'name' | 'signal' | 'log' | 'clock'>;

/** Looks into the events of an audit log, each once, oldest first. */
export class Wake<T extends AuditEventType> {
  #outcomes: readonly WakeOutcome[] = [];

  constructor(private readonly parts: WakeParts<T>) {}

  /** What the last tick did, one an event; also what it did until it failed. */
  get outcomes(): readonly WakeOutcome[] {
    return this.#outcomes;
  }

  /**
   * Looks into each new event. An event whose handling fails is logged, is in the outcomes with its error, and
   * does not keep the next one back.
   *
   * @throws the signal's reason, once it aborts; an event that was being handled then comes again. What reading the log
   * throws.
   */
  async tick(context: Context): Promise<void> {
    const outcomes: WakeOutcome[] = [];
    this.#outcomes = outcomes;
    const handle = async (event: AuditEvent<T>): Promise<void> => {
      try {
        outcomes.push(await this.#handle(event, context));
      } catch (error) {
        outcomes.push({ sequence: event.sequence, dispatched: false, error: errorText(error) });
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
      return { sequence, dispatched: true, engine, slack, ...(error === undefined ? {} : { error }) };
    } catch (error) {
      if (signal.aborted) debounce.takeBack(key);
      throw error;
    }
  }
}

const isDispatched = ({ dispatched }: WakeOutcome): boolean => dispatched;

/** What a wake did about one event. */
export interface WakeOutcome {
  /** Of the event in the audit log. */
  readonly sequence: number;
  readonly dispatched: boolean;
  /**
   * Why it was not dispatched: it is none to look into, it is older than a day, it is too soon after the last of its kind, or
   * it waits for another of its kind.
   */
  readonly skipped?: 'not_investigated' | 'stale' | 'debounced' | 'buffered';
  /** So many events wait, this one included. */
  readonly buffered?: number;
  readonly engine?: 'answered' | 'fallback';
  readonly slack?: 'sent' | 'failed' | 'unavailable';
  readonly error?: string;
}
