import { describeOrigin } from '../contracts/DiscoveredListener';
import { DisposalError } from '../errors/bootErrors';
import { toError } from '../errors/serializeError';
import { isThenable, refuseGenerator } from '../execution/PendingCallback';
import type { BindingNote } from './BindingNote';
import { identifierName } from './Class';
import { type BindingStore, type InversifyBinding, NO_VALUE } from './inversifyInternals';

type Key = string | symbol;

interface Constructed {
  readonly note: BindingNote;
  readonly instance: object;
}

/** Remembers the instances that the container has constructed, in that order, and disposes them. */
export class ConstructionLog {
  readonly #store: BindingStore;
  readonly #constructed: Constructed[] = [];
  /** Instances that somebody else owns, or that a factory has handed out. */
  readonly #handedOut = new Set<unknown>();

  constructor(store: BindingStore) {
    this.#store = store;
  }

  /** Adds an instance. A factory that returns an instance known already does not own it. */
  add(note: BindingNote, instance: unknown): void {
    if (note.implementation === undefined) {
      if (this.#handedOut.has(instance) || this.#constructed.some((known) => known.instance === instance)) return;
      this.#handedOut.add(instance);
    }
    // The container does not know when a transient or request-scoped instance is no longer used.
    if (note.binding?.scope !== 'Singleton' || typeof instance !== 'object' || instance === null) return;
    this.#constructed.push({ note, instance });
  }

  /** Marks an instance as owned by somebody else: it is not disposed. */
  disown(instance: unknown): void {
    this.#handedOut.add(instance);
  }

  /**
   * Disposes each service once, newest first, one after the other; then calls the deactivations of constant values that
   * were injected. An error does not stop the rest.
   *
   * @returns the errors.
   */
  async dispose(): Promise<Error[]> {
    const errors: Error[] = [];
    const attempt = async (name: string, end: () => unknown): Promise<void> => {
      try {
        refuseGenerator(await end(), `the disposal of ${name}`);
      } catch (error) {
        errors.push(new DisposalError(name, toError(error)));
      }
    };
    for (let entry = this.#constructed.pop(); entry !== undefined; entry = this.#constructed.pop()) {
      const { note, instance } = entry;
      const { binding, role, reading } = note;
      const nameOf = (known: BindingNote): string =>
        known.implementation?.name ?? identifierName(binding?.serviceIdentifier ?? describeOrigin(known.origin));
      if (role === 'service') await attempt(nameOf(note), () => disposeOf(instance, reading?.preDestroy ?? []));
      const deactivate = binding === undefined ? undefined : this.#deactivationOf(binding);
      if (deactivate !== undefined) await attempt(nameOf(note), deactivate);
    }
    for (const binding of this.#store.all().reverse()) {
      const deactivate = this.#deactivationOf(binding);
      if (deactivate !== undefined) await attempt(identifierName(binding.serviceIdentifier), deactivate);
    }
    return errors;
  }

  /**
   * Takes the value of a binding away, so that inversify does not deactivate it again when the binding is removed.
   *
   * @returns what calls the binding's `onDeactivation` handlers; undefined if it has no value or no handler.
   */
  #deactivationOf(binding: InversifyBinding): (() => Promise<void>) | undefined {
    const { cache, onDeactivation } = binding;
    if (cache?.isRight !== true) return undefined;
    binding.cache = NO_VALUE;
    const others = [...this.#store.deactivations(binding.serviceIdentifier)];
    // A value that is still being made may yet be rejected, which is to be reported.
    if (onDeactivation === undefined && others.length === 0 && !isThenable(cache.value)) return undefined;
    return async () => {
      const value = await cache.value;
      await onDeactivation?.call(binding, value);
      for (const deactivation of others) await deactivation(value);
    };
  }
}

/** Disposes an instance by its `@preDestroy` methods, else by its dispose method, if it has one. */
async function disposeOf(instance: object, preDestroy: readonly Key[]): Promise<unknown> {
  const methods = instance as Record<Key, (() => unknown) | undefined>;
  for (const method of preDestroy) refuseGenerator(await methods[method]?.(), String(method));
  if (preDestroy.length > 0) return undefined;
  // There are proxies that throw for what they do not have.
  const disposer = DISPOSERS.find((key) => key in instance && typeof methods[key] === 'function');
  return disposer === undefined ? undefined : methods[disposer]?.();
}

const DISPOSERS = [Symbol.asyncDispose, Symbol.dispose, 'dispose'];
