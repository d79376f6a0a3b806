import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { injectable } from 'inversify';

import type { Severity } from '../audit_log/AuditEvent';
import { SEVERITIES } from '../audit_log/auditEvents';
import { isObject } from '../shared/isObject';
import { DataSettings } from '../shared/DataSettings';
import { StateFile } from '../shared/StateFile';

/** An alert that waits for the next digest. */
export interface QueuedAlert {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly detail: string;
  readonly firstSeenAt: string;
}

/** What the notifier remembers; instants are ISO text. */
export interface NotifierState {
  /** The alerts that were announced, or queued, and still stand: id → when. */
  readonly announced: Readonly<Record<string, string>>;
  /** When an alert of a category was announced last, or tried to be. */
  readonly attempted: Readonly<Record<string, string>>;
  readonly digest: readonly QueuedAlert[];
}

export const NOTHING_ANNOUNCED: NotifierState = { announced: {}, attempted: {}, digest: [] };

/** @throws an error that names the part that is not as it should be. */
export function parseNotifierState(value: unknown): NotifierState {
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

/** Holds the notifier's state, and keeps it in a file, so that a restart announces nothing twice. */
@injectable()
export class NotifierMemory {
  readonly #file: StateFile<NotifierState>;
  #state: NotifierState | undefined;
  /** What the file holds, as far as is known. */
  #written: NotifierState | undefined;

  constructor({ directory }: DataSettings) {
    this.#file = new StateFile<NotifierState>({
      path: join(directory, 'alert_notifier.json'),
      parse: parseNotifierState,
      initial: () => NOTHING_ANNOUNCED,
      writer: 'alert_notifier',
    });
  }

  /** @throws StateFileError */
  async read(): Promise<NotifierState> {
    if (this.#state !== undefined) return this.#state;
    const read = await this.#file.read();
    return (this.#state ??= this.#written = read);
  }

  /**
   * Replaces the state by what `change` makes of it, and resolves with what `change` says beside that. What cannot be written
   * is remembered for as long as the process lives.
   *
   * @throws what reading and writing the file throw.
   */
  async update<R>(change: (state: NotifierState) => readonly [state: NotifierState, result: R]): Promise<R> {
    await this.read();
    const [changed, result] = change(this.#state ?? NOTHING_ANNOUNCED);
    this.#state = changed;
    if (!isDeepStrictEqual(changed, this.#written)) this.#written = await this.#file.update(() => changed);
    return result;
  }
}
