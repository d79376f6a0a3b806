import type { Application } from '../../contracts/Application';
import { toError } from '../../errors/serializeError';
import { withoutApplication } from '../cliErrors';

/** The applications that an entry has created, to find out at its end whether it ran any of them. */
export class CreatedApplications {
  readonly #file: string;
  readonly #made: Application[] = [];
  #count = 0;
  #error: Error | undefined;

  /** @param file - the entry, for messages. */
  constructor(file: string) {
    this.#file = file;
  }

  /** Adds one that is being created. Its failure counts as handled: nobody may have taken the promise yet. */
  add(application: Promise<unknown>): void {
    this.#count++;
    application.then(
      (app) => void this.#made.push(app as Application),
      (thrown: unknown) => (this.#error ??= toError(thrown)),
    );
  }

  /** Why nothing ran, of an entry that has come to its end; undefined if it started an application. */
  whyNothingRan(): Error | undefined {
    if (this.#made.some((app) => app.status().state !== 'created')) return undefined;
    if (this.#count === 0) {
      return withoutApplication(this.#file, 'it ran to its end, and called neither runMain nor createApplication');
    }
    if (this.#error !== undefined) return this.#error;
    const why =
      this.#made.length === 0
        ? 'createApplication waits for something that never comes'
        : 'it created one, and neither started it nor exported it as default or app';
    return withoutApplication(this.#file, why, 'The entry file runs no application.');
  }
}
