import type { ServiceIdentifier } from 'inversify';

import { type BindingOrigin, describeOrigin } from '../contracts/DiscoveredListener';
import { AsyncServiceError } from '../errors/bootErrors';
import { messageOf, toError } from '../errors/serializeError';
import { type Class, identifierName } from './Class';
import type { InversifyBinding } from './inversifyInternals';

/** Is told that a service which is made asynchronously has failed. `asking`: the service that was to have it. */
type Failed = (asking: ServiceIdentifier, what: string, error: Error) => void;

/** The binding of a service, as a `BindingNote` has it. */
interface Made {
  readonly origin: BindingOrigin;
  readonly implementation?: Class | undefined;
  readonly binding: InversifyBinding | undefined;
}

/**
 * Refuses a promise in place of a service while the container is asked for one at once: it can wait for none. The promise is
 * owned here, so that its rejection is told and is nobody's unhandled one.
 */
export class PromisedServices {
  readonly #failed: Failed;
  readonly #pending = new Map<Made, Promise<unknown>>();
  #asking: ServiceIdentifier | undefined;

  /** @param failed - is called once for each promise that is rejected. */
  constructor(failed: Failed) {
    this.#failed = failed;
  }

  /**
   * Asks the container for a service at once.
   *
   * @throws AsyncServiceError if it, or a service that it needs, is made asynchronously.
   */
  ask<T, R>(id: ServiceIdentifier<T>, get: (id: ServiceIdentifier<T>) => R): R {
    const before = this.#asking;
    this.#asking = before ?? id;
    try {
      return get(id);
    } catch (error) {
      // Somebody else has asked for it before, and still waits.
      if (!messageOf(toError(error)).startsWith('Unexpected asynchronous service')) throw error;
      throw new AsyncServiceError(`"${identifierName(id)}", or a service that it needs,`, error);
    } finally {
      this.#asking = before;
    }
  }

  /** Throws, without anything being made a second time, if an earlier promise of this binding is still pending. */
  check(note: Made): void {
    if (this.#asking !== undefined && this.#pending.has(note)) throw errorOf(note);
  }

  /**
   * Takes notice of a promise that a binding has made.
   *
   * @throws AsyncServiceError while the container is asked at once. The instance is kept for later if there comes one.
   */
  made(note: Made, promise: Promise<unknown>): void {
    const asking = this.#asking;
    if (asking === undefined) return;
    this.#pending.set(note, promise);
    promise.then(
      (value) => {
        this.#pending.delete(note);
        const { binding } = note;
        if (binding?.scope === 'Singleton' && binding.cache?.isRight === false) {
          binding.cache = { isRight: true, value };
        }
      },
      (thrown: unknown) => {
        this.#pending.delete(note);
        this.#failed(asking, `${labelOf(note)}, which is made asynchronously, has failed`, toError(thrown));
      },
    );
    throw errorOf(note);
  }
}

const errorOf = (note: Made): AsyncServiceError => new AsyncServiceError(labelOf(note));

/** `"Broker" (modules[0])` */
function labelOf({ implementation, binding, origin }: Made): string {
  const id = implementation ?? binding?.serviceIdentifier;
  return `"${id === undefined ? 'a service' : identifierName(id)}" (${describeOrigin(origin)})`;
}
