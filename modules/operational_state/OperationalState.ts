import {
  Application,
  ApplicationEvents,
  Clock,
  type OperatorEvent,
  type OperatorIntent,
  type OperatorKind,
} from 'daemonry';
import { injectable } from 'inversify';

import { AuditLog } from '../audit_log/AuditLog';
import { beginningOf } from '../shared/text';

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
  /** The operator who changed it last; absent while nobody has. */
  readonly by?: string;
  /** ISO text: since when it is in this state. */
  readonly since: string;
}

/** A change of the operational state. */
export interface OperationalStateChange {
  /** The new state. */
  readonly state: OperationalStateName;
  /** Up to 500 characters in one line; what is longer is cut. */
  readonly reason: string;
  /** The operator who changes it; cut after 100 characters. */
  readonly by: string;
  /** Whether that is a person or a program, which cannot lift what a person has set. @defaultValue `'human'` */
  readonly kind?: OperatorKind;
}

/**
 * Whether the application may act: `running`, `paused` or `stopped`, by whom and why. It is the pause of the whole
 * application, however it was set: the tasks of every listener that is not `essential` are paused with it, and it outlives
 * the process. What acts without a task asks for it.
 */
@injectable()
export class OperationalState {
  /** Holds while no operator has said so. */
  #runningSince: string;
  readonly #ends: readonly (() => void)[];
  /** The state that the audit log knows of. */
  #told: OperationalStateName;
  /** Settles when the audit log has what it was told. */
  #telling: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly application: Application,
    events: ApplicationEvents,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {
    this.#runningSince = isoOf(clock.now());
    this.#told = this.#present().state;
    // By the first start, the pause of an earlier session is in force again.
    const forget = events.on('listener.starting', () => {
      this.#told = this.#present().state;
      forget();
    });
    this.#ends = [
      forget,
      events.on('operator.acted', (act) => {
        if (act.listener === undefined) this.#tell(act, act.action === 'pause' || act.action === 'resume');
      }),
      // A pause that is over by itself is nobody's act.
      events.on('operator.resumed', (event) => {
        if (event.listener === undefined && event.by === undefined) this.#tell(event, false);
      }),
    ];
  }

  /** `running` while nobody has changed it. */
  current(): Promise<OperationalStateRecord> {
    return Promise.resolve(this.#present());
  }

  /**
   * Resolves once it is changed and, unless that cannot be written, in the audit log. Changes come one after the other. The
   * same state again takes the new reason and operator, and keeps `since`. When it rejects, nothing has changed.
   *
   * @throws as `app.operate`: IntentOverruledError when a program would lift what a person has set; OperationInvalidError,
   * StateError
   */
  async change({ state, reason, by, kind = 'human' }: OperationalStateChange): Promise<OperationalStateRecord> {
    const { intent } = await this.application.operate({
      ...(state === 'running' ? { action: 'resume' } : { action: 'pause', label: state }),
      by: oneLine(by, 100),
      kind,
      reason: oneLine(reason, 500),
    });
    const changed = intent === undefined ? this.#present() : recordOf(intent);
    await this.#telling;
    return changed;
  }

  /** Ends with what the audit log is being told. */
  async dispose(): Promise<void> {
    for (const end of this.#ends) end();
    await this.#telling;
  }

  #present(): OperationalStateRecord {
    const intent = this.application
      .intents()
      .find(({ action, listener }) => listener === undefined && (action === 'pause' || action === 'resume'));
    return intent === undefined ? { state: 'running', since: this.#runningSince } : recordOf(intent);
  }

  /** Tells the audit log of a change; of the same state again only if somebody has asked for that. */
  #tell({ by = 'nobody', reason = '' }: Pick<OperatorEvent, 'by' | 'reason'>, isAsked: boolean): void {
    const from = this.#told;
    const { state: to } = this.#present();
    if (from === to && !isAsked) return;
    this.#told = to;
    if (from !== to) this.#runningSince = isoOf(this.clock.now());
    const telling = this.audit.tell('operational_state.changed', { from, to, reason, by }, SOURCE);
    this.#telling = Promise.all([this.#telling, telling]);
  }
}

const SOURCE = { source: 'operational_state' };

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** A pause of the whole application without a word of this module, such as that of the dashboard, is `paused`. */
const recordOf = ({ action, value, reason, by, since }: OperatorIntent): OperationalStateRecord => ({
  state: action === 'resume' ? 'running' : value === 'stopped' ? 'stopped' : 'paused',
  reason,
  by,
  since,
});

const oneLine = (text: string, most: number): string =>
  beginningOf(text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' '), most);
