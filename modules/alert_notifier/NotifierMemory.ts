import { isDeepStrictEqual } from 'node:util';

import { StateDatabase } from 'daemonry';
import { injectable } from 'inversify';

import { type Severity, SEVERITIES } from '../audit_log/auditEvents';
import { isObject } from '../shared/fields';
import { StateDocument } from '../shared/StateDocument';

/** An alert that waits for the next digest. */
export interface QueuedAlert {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly detail: string;
  readonly firstSeenAt: string;
}

/** The memory of the notifier. Instants are ISO text. */
export interface NotifierState {
  /** Active alerts that were announced or queued: id → when. */
  readonly announced: Readonly<Record<string, string>>;
  /** Categories of alerts: name → when the last announcement was tried. */
  readonly attempted: Readonly<Record<string, string>>;
  readonly digest: readonly QueuedAlert[];
}

/** The state before the first announcement. */
const NOTHING_ANNOUNCED: NotifierState = { announced: {}, attempted: {}, digest: [] };

/** Checks a stored state. @throws an error that names the wrong part. */
function parseNotifierState(value: unknown): NotifierState {
  if (!isObject(value)) throw new Error('it is not a JSON object');
  const { announced, attempted, digest } = value;
  if (!isInstants(announced)) throw new Error('"announced" is not an object of instants');
  if (!isInstants(attempted)) throw new Error('"attempted" is not an object of instants');
  if (!Array.isArray(digest) || !digest.every(isQueued)) throw new Error('"digest" is not a list of alerts');
  return { announced, attempted, digest };
}

const isInstant = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value));

const isInstants = (value: unknown): value is Readonly<Record<string, string>> =>
  isObject(value) && Object.values(value).every(isInstant);

function isQueued(value: unknown): value is QueuedAlert {
  if (!isObject(value)) return false;
  const { id, severity, title, detail, firstSeenAt } = value;
  return (
    [id, title, detail].every((text) => typeof text === 'string') &&
    SEVERITIES.some((known) => known === severity) &&
    isInstant(firstSeenAt)
  );
}

/** Holds the notifier's state, and stores it so that a restart announces nothing twice. */
@injectable()
export class NotifierMemory {
  readonly #document: StateDocument<NotifierState>;
  #state: NotifierState | undefined;
  /** Last known stored state. */
  #stored: NotifierState | undefined;

  constructor(state: StateDatabase) {
    this.#document = new StateDocument<NotifierState>(state, {
      owner: 'alert_notifier',
      parse: parseNotifierState,
      initial: () => NOTHING_ANNOUNCED,
    });
  }

  /** The present state, read at the first call. @throws StateError, StateDocumentError */
  async read(): Promise<NotifierState> {
    if (this.#state !== undefined) return this.#state;
    const read = await this.#document.read();
    return (this.#state ??= this.#stored = read);
  }

  /**
   * Replaces the state, and stores it if it changed. A state that cannot be stored is still remembered while the process
   * lives, and stored with the next change.
   *
   * @param change - returns the new state, and a result to resolve with.
   * @throws StateError, StateDocumentError
   */
  async update<R>(change: (state: NotifierState) => readonly [state: NotifierState, result: R]): Promise<R> {
    await this.read();
    const [changed, result] = change(this.#state ?? NOTHING_ANNOUNCED);
    this.#state = changed;
    if (!isDeepStrictEqual(changed, this.#stored)) this.#stored = await this.#document.update(() => changed);
    return result;
  }
}
