import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { injectable } from 'inversify';

import { DataSettings } from '../shared/DataSettings';
import { StateFile } from '../shared/StateFile';
import { NOTHING_ANNOUNCED, type NotifierState, parseNotifierState } from './NotifierState';

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
