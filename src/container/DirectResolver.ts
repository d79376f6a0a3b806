import type { ServiceIdentifier } from 'inversify';

import { isThenable } from '../execution/PendingCallback';
import { unwrap } from './BindingGraph';
import type { BindingNote, BindingObserver } from './BindingNote';
import type { FrameworkValues } from './FrameworkValues';
import { type Injection, isSingleInjection } from './Injection';
import type { BindingStore, InversifyBinding } from './inversifyInternals';

/** The answer for what only inversify can resolve. */
const NOT_DIRECT = Symbol('not direct');

/**
 * Constructs singletons without inversify, which plans each of them with all that it needs: about two thirds of the time
 * that resolving takes. Only classes are made so that inject nothing but other such classes, values of the framework, and what
 * inversify has a value of already, each by the one unconditional binding of its identifier, or by none if the injection is
 * optional, and that no activation or `@postConstruct` method concerns. What is made is put where inversify keeps it, so that
 * both give the same instance.
 */
export class DirectResolver {
  readonly #store: BindingStore;
  readonly #notes: ReadonlyMap<number, BindingNote>;
  readonly #values: FrameworkValues;
  readonly #observer: BindingObserver;

  /** @param notes - of the classes that are bound, by binding. */
  constructor(
    store: BindingStore,
    notes: ReadonlyMap<number, BindingNote>,
    values: FrameworkValues,
    observer: BindingObserver,
  ) {
    this.#store = store;
    this.#notes = notes;
    this.#values = values;
    this.#observer = observer;
  }

  /** Returns the instance behind an identifier; undefined if only inversify can resolve it. */
  resolve(id: ServiceIdentifier): object | undefined {
    const value = this.#resolve(id);
    return typeof value === 'object' && value !== null ? value : undefined;
  }

  #resolve(id: ServiceIdentifier): unknown {
    const binding = this.#store.sole(id);
    if (binding === undefined || !this.#store.isUnconditional(binding)) return NOT_DIRECT;
    if (binding.targetServiceIdentifier !== undefined) return this.#resolve(binding.targetServiceIdentifier);
    const { cache } = binding;
    if (cache?.isRight === true) return isThenable(cache.value) ? NOT_DIRECT : cache.value;
    if (binding.scope !== 'Singleton' || binding.onActivation !== undefined) return NOT_DIRECT;
    if (this.#store.hasActivations(binding.serviceIdentifier)) return NOT_DIRECT;
    const make = this.#values.makerOf(binding.id);
    if (make === undefined) return this.#construct(binding);
    const value = make();
    binding.cache = { isRight: true, value };
    return value;
  }

  #construct(binding: InversifyBinding): unknown {
    const note = this.#notes.get(binding.id);
    const factory = note?.factory;
    if (note === undefined || factory === undefined || note.isConstructing || !factory.isPlain) return NOT_DIRECT;
    note.isConstructing = true;
    try {
      const given: unknown[] = [];
      for (const injection of factory.injections) {
        const value = this.#injected(injection);
        if (value === NOT_DIRECT) return NOT_DIRECT;
        given.push(value);
      }
      const instance = factory.construct(given);
      binding.cache = { isRight: true, value: instance };
      this.#observer.constructed(note, instance);
      return instance;
    } finally {
      note.isConstructing = false;
    }
  }

  #injected(injection: Injection): unknown {
    const id = isSingleInjection(injection) ? unwrap(injection.id) : undefined;
    if (id === undefined) return NOT_DIRECT;
    return injection.optional && !this.#store.has(id) ? undefined : this.#resolve(id);
  }
}
