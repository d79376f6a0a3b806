import { Application, type OperatorIntent, type OperatorKind } from 'daemonry';
import { injectable } from 'inversify';

import { beginningOf } from '../shared/text';
import { type OperationalStateName, pauseOfAll, StateJournal, stateOf } from './StateJournal';

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
  constructor(
    private readonly application: Application,
    private readonly journal: StateJournal,
  ) {}

  /** `running` while nobody has changed it. */
  current(): Promise<OperationalStateRecord> {
    return Promise.resolve(this.#present());
  }

  /**
   * Resolves once it is changed, and in the audit log. Changes come one after the other. The same state again takes the new
   * reason and operator, and keeps `since`. When it rejects, nothing has changed.
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
    return intent === undefined ? this.#present() : recordOf(intent);
  }

  #present(): OperationalStateRecord {
    const intent = pauseOfAll(this.application.intents());
    return intent === undefined
      ? { state: 'running', since: new Date(this.journal.runningSince).toISOString() }
      : recordOf(intent);
  }
}

const recordOf = (intent: OperatorIntent): OperationalStateRecord => {
  const { reason, by, since } = intent;
  return { state: stateOf(intent), reason, by, since };
};

const oneLine = (text: string, most: number): string =>
  beginningOf(text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' '), most);
