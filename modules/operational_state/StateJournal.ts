import { Clock, type IntentsChange, type OperatorIntent, OperatorJournal, type SqlStatements } from 'daemonry';
import { injectable } from 'inversify';

import { AuditLog } from '../audit_log/AuditLog';

/** Every operational state. */
export const OPERATIONAL_STATES = ['running', 'paused', 'stopped'] as const;
/** An operational state. */
export type OperationalStateName = (typeof OPERATIONAL_STATES)[number];

/** The pause of the whole application, or the end of it, where an operator has said so. */
export const pauseOfAll = (intents: readonly OperatorIntent[]): OperatorIntent | undefined =>
  intents.find(({ action, listener }) => listener === undefined && (action === 'pause' || action === 'resume'));

/** A pause of the whole application without a word of this module, such as that of the dashboard, is `paused`. */
export function stateOf(intent: OperatorIntent | undefined): OperationalStateName {
  if (intent === undefined || intent.action === 'resume') return 'running';
  return intent.value === 'stopped' ? 'stopped' : 'paused';
}

/** Appends each change of the operational state to the audit log, in the transaction that keeps it. */
@injectable()
export class StateJournal extends OperatorJournal {
  #runningSince: number;

  constructor(
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {
    super();
    this.#runningSince = clock.now();
  }

  /** Epoch milliseconds; holds while no operator has said so. */
  get runningSince(): number {
    return this.#runningSince;
  }

  async record({ act, before, after }: IntentsChange, statements: SqlStatements): Promise<void> {
    const now = pauseOfAll(after);
    const [from, to] = [stateOf(pauseOfAll(before)), stateOf(now)];
    if (from !== to) this.#runningSince = this.clock.now();
    // The same state again is told only if somebody has asked for it.
    const isAsked = act?.listener === undefined && (act?.action === 'pause' || act?.action === 'resume');
    if (from === to && !isAsked) return;
    const { by, reason = '' } = act ?? (to === 'running' ? OVER : (now ?? OVER));
    await this.audit.within(statements)('operational_state.changed', { from, to, reason, by }, SOURCE);
  }
}

/** A pause that is over by itself is nobody's act. */
const OVER = { by: 'nobody', reason: 'the pause is over' };

const SOURCE = { source: 'operational_state' };
