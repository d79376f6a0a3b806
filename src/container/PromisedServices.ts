import type { ServiceIdentifier } from 'inversify';

import { AsyncServiceError } from '../errors/bootErrors';
import { messageOf, toError } from '../errors/serializeError';
import { settlementOf } from '../execution/PendingCallback';
import { identifierName } from './Class';
import type { InversifyBinding } from './inversifyInternals';

/** Is told that a service which is made asynchronously has failed. `asking`: the service that was to have it. */
type Failed = (asking: ServiceIdentifier, what: string, error: Error) => void;

/** A binding, or an activation handler, that has made a promise. */
interface Maker {
  /** The service and where it is made: `"Broker" (modules[0])`. */
  readonly label: string;
}

/**
 * Refuses a promise in place of a service while the container is asked for one at once: it can wait for none. The promise is
 * owned here, so that its rejection is told and is nobody's unhandled one.
 */
export class PromisedServices {
  readonly #failed: Failed;
  readonly #pending = new Set<Maker>();
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

  /** Throws, without anything being made a second time, if an earlier promise of this maker is still pending. */
  check(maker: Maker): void {
    if (this.#asking !== undefined && this.#pending.has(maker)) throw new AsyncServiceError(maker.label);
  }

  /**
   * Takes notice of a promise, or of what else can be awaited, that was made in place of a service.
   *
   * @param binding - keeps the instance for later if there comes one; absent if something is still to be done with that.
   * @throws AsyncServiceError while the container is asked at once.
   */
  made(maker: Maker, promise: PromiseLike<unknown>, binding?: InversifyBinding): void {
    const asking = this.#asking;
    if (asking === undefined) return;
    const settled = settlementOf(promise);
    this.#pending.add(maker);
    settled.then(
      (value) => {
        this.#pending.delete(maker);
        if (binding?.scope === 'Singleton' && binding.cache?.isRight === false) {
          binding.cache = { isRight: true, value };
        }
      },
      (thrown: unknown) => {
        this.#pending.delete(maker);
        this.#failed(asking, `${maker.label}, which is made asynchronously, has failed`, toError(thrown));
      },
    );
    throw new AsyncServiceError(maker.label);
  }
}
