import { describeOrigin } from '../contracts/DiscoveredListener';
import { DisposalError } from '../errors/bootErrors';
import { toError } from '../errors/serializeError';
import { identifierName } from './Class';
import type { BindingReader, InversifyBinding } from './inversifyInternals';
import type { BindingNote } from './TrackedBinding';

type Key = string | symbol;

interface Constructed {
  readonly note: BindingNote;
  readonly instance: object;
}

/** Remembers the instances that the container has constructed, in that order, and disposes them. */
export class ConstructionLog {
  readonly #reader: BindingReader;
  readonly #constructed: Constructed[] = [];
  readonly #known = new Set<unknown>();

  constructor(reader: BindingReader) {
    this.#reader = reader;
  }

  /** Adds an instance. A factory that returns an instance known already does not own it. */
  add(note: BindingNote, instance: unknown): void {
    if (note.implementation === undefined && this.#known.has(instance)) return;
    this.#known.add(instance);
    // The container does not know when a transient or request-scoped instance is no longer used.
    if (note.binding?.scope !== 'Singleton' || typeof instance !== 'object' || instance === null) return;
    this.#constructed.push({ note, instance });
  }

  /** Marks an instance as owned by somebody else: it is not disposed. */
  disown(instance: unknown): void {
    this.#known.add(instance);
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
        await end();
      } catch (error) {
        errors.push(new DisposalError(name, toError(error)));
      }
    };
    for (let entry = this.#constructed.pop(); entry !== undefined; entry = this.#constructed.pop()) {
      const { note, instance } = entry;
      const name =
        note.implementation?.name ?? identifierName(note.binding?.serviceIdentifier ?? describeOrigin(note.origin));
      if (note.role === 'service') await attempt(name, () => disposeInstance(instance, note.reading?.preDestroy ?? []));
      const { binding } = note;
      if (binding !== undefined) await attempt(name, () => this.#deactivate(binding));
    }
    for (const binding of this.#reader.all().reverse()) {
      await attempt(identifierName(binding.serviceIdentifier), () => this.#deactivate(binding));
    }
    return errors;
  }

  /** Calls the binding's `onDeactivation` handlers, at most once, if it has a value. */
  async #deactivate(binding: InversifyBinding): Promise<void> {
    const { cache } = binding;
    if (cache?.isRight !== true) return;
    // Without the cached value inversify does not deactivate it again when the binding is removed.
    binding.cache = { isRight: false, value: undefined };
    const value = await cache.value;
    await binding.onDeactivation?.(value);
    for (const deactivation of this.#reader.deactivations(binding.serviceIdentifier)) await deactivation(value);
  }
}

async function disposeInstance(instance: object, preDestroy: readonly Key[]): Promise<void> {
  const methods = instance as Record<Key, (() => unknown) | undefined>;
  if (preDestroy.length > 0) {
    for (const method of preDestroy) await methods[method]?.();
    return;
  }
  const disposer = [Symbol.asyncDispose, Symbol.dispose, 'dispose'].find((key) => typeof methods[key] === 'function');
  if (disposer !== undefined) await methods[disposer]?.();
}
