import {
  type ApplicationEventMap,
  ApplicationEvents,
  type IntentsChange,
  type OperationEvent,
  OperatorJournal,
  type SqlStatements,
} from 'daemonry';
import { injectable } from 'inversify';

import type { AuditDetails } from './auditEvents';
import { AuditLog } from './AuditLog';

const SOURCE = { source: 'operator' };
/** The name for code of the application that triggers or pauses without saying for whom. No operator of `web` can have it. */
const ITSELF = 'the application';

/**
 * Tells the audit log what operators do, and what they are refused. An act that sets or lifts something is appended in the
 * transaction that keeps it; the others are told once they are done.
 */
@injectable()
export class ActJournal extends OperatorJournal {
  readonly #ends: readonly (() => void)[];
  /** Acts that are in the log already when they are announced. */
  readonly #appended = new WeakSet<OperationEvent>();

  constructor(
    private readonly audit: AuditLog,
    events: ApplicationEvents,
  ) {
    super();
    this.#ends = [
      events.on('operator.acted', (event) => {
        if (event.by === ITSELF) return;
        // The transaction of an act takes no others with it, since it may fail for its own reasons.
        if (this.#appended.has(event)) void audit.writeLate();
        else void audit.tell('operator.acted', detailsOf(event), SOURCE);
      }),
      events.on('operator.refused', ({ error, ...event }) => {
        if (event.by === ITSELF) return;
        const code = error.code ?? error.name;
        void audit.tell('operator.refused', { ...detailsOf(event), code, error: error.message }, SOURCE);
      }),
    ];
  }

  async record({ act }: IntentsChange, statements: SqlStatements): Promise<void> {
    if (act === undefined || act.by === ITSELF) return;
    await this.audit.within(statements)('operator.acted', detailsOf(act), SOURCE);
    this.#appended.add(act);
  }

  /** Ends the recording. */
  dispose(): void {
    for (const end of this.#ends) end();
  }
}

const detailsOf = ({
  action,
  listener,
  task,
  by,
  kind,
  reason,
  until,
  key,
  value,
  tickId,
  unreached,
}: ApplicationEventMap['operator.acted']): AuditDetails['operator.acted'] => ({
  action,
  by,
  kind,
  ...(listener === undefined ? {} : { listener }),
  ...(task === undefined ? {} : { task }),
  ...(reason === undefined ? {} : { reason }),
  ...(until === undefined ? {} : { until }),
  ...(key === undefined ? {} : { key }),
  ...(value === undefined ? {} : { value }),
  ...(tickId === undefined ? {} : { tickId }),
  ...(unreached === undefined ? {} : { unreached }),
});
