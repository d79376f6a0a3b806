import { Clock, StateDatabase } from 'daemonry';
import { injectable } from 'inversify';

import { AuditLog } from '../audit_log/AuditLog';
import { choice, optional, text, readFields } from '../shared/fields';
import { StateDocument } from '../shared/StateDocument';

/** Every operational state. */
export const OPERATIONAL_STATES = ['running', 'paused', 'stopped'] as const;
/** An operational state. */
export type OperationalStateName = (typeof OPERATIONAL_STATES)[number];

/** The present operational state. */
export interface OperationalStateRecord {
  /** The state. */
  readonly state: OperationalStateName;
  /** Why; absent while nobody has changed it. */
  readonly reason?: string;
  /** The person who changed it last; absent while nobody has. */
  readonly by?: string;
  /** ISO text: since when it is in this state. */
  readonly since: string;
}

/** A change of the operational state. */
export interface OperationalStateChange {
  /** The new state. */
  readonly state: OperationalStateName;
  /** Up to 500 characters; what is longer is cut. */
  readonly reason: string;
  /** The person who changes it; cut after 100 characters. */
  readonly by: string;
}

const FIELDS = {
  state: choice(...OPERATIONAL_STATES),
  reason: optional(text(500)),
  by: optional(text(100)),
  since: text(40),
};

/**
 * Whether the application may act: `running`, `paused` or `stopped`, by whom and why. A person changes it; it outlives the
 * process. It is for others to obey: the listeners themselves go on.
 */
@injectable()
export class OperationalState {
  readonly #document: StateDocument<OperationalStateRecord>;

  constructor(
    private readonly clock: Clock,
    private readonly audit: AuditLog,
    state: StateDatabase,
  ) {
    const since = isoOf(clock.now());
    this.#document = new StateDocument<OperationalStateRecord>(state, {
      owner: 'operational_state',
      parse: parseRecord,
      initial: () => ({ state: 'running', since }),
    });
  }

  /** `running` while nobody has changed it. @throws StateError, StateDocumentError */
  current(): Promise<OperationalStateRecord> {
    return this.#document.read();
  }

  /**
   * Resolves once it is changed and in the audit log. Changes come one after the other. The same state again takes the new
   * reason and person, and keeps `since`. When it rejects, nothing has changed.
   *
   * @throws StateError, StateDocumentError
   */
  change({ state, reason, by }: OperationalStateChange): Promise<OperationalStateRecord> {
    return this.#document.updateWith(this.audit, async (current, append) => {
      const since = state === current.state ? current.since : isoOf(this.clock.now());
      const next = parseRecord({ state, reason, by, since });
      const details = { from: current.state, to: state, reason, by };
      await append('operational_state.changed', details, { source: 'operational_state' });
      return next;
    });
  }
}

function parseRecord(value: unknown): OperationalStateRecord {
  const { state, reason, by, since } = readFields(FIELDS, value);
  if (Number.isNaN(Date.parse(since))) throw new TypeError('"since" must be an instant');
  return { state, ...(reason === undefined ? {} : { reason }), ...(by === undefined ? {} : { by }), since };
}

const isoOf = (ms: number): string => new Date(ms).toISOString();
