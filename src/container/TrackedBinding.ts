import { types } from 'node:util';

import type {
  BindInWhenOnFluentSyntax,
  BindToFluentSyntax,
  BindWhenOnFluentSyntax,
  Newable,
  ServiceIdentifier,
} from 'inversify';

import type { BindingOrigin } from '../contracts/DiscoveredListener';
import { type BindingObserver, BindingNote, noteOfClass, observing } from './BindingNote';
import type { Class } from './Class';
import { type Injection, isPlainInjection } from './Injection';

type Builder<T> = Parameters<BindToFluentSyntax<T>['toDynamicValue']>[0];
type ResolvedOptions<T> = Parameters<BindToFluentSyntax<T>['toResolvedValue']>;

/**
 * The result of `bind(id)`: inversify's own fluent syntax, except that the framework constructs the classes, and that the
 * observer is told about each binding and each instance.
 */
export class TrackedBinding<T> implements BindToFluentSyntax<T> {
  readonly #inner: BindToFluentSyntax<T>;
  readonly #id: ServiceIdentifier<T>;
  readonly #origin: BindingOrigin;
  readonly #observer: BindingObserver;

  constructor(
    inner: BindToFluentSyntax<T>,
    id: ServiceIdentifier<T>,
    origin: BindingOrigin,
    observer: BindingObserver,
  ) {
    this.#inner = inner;
    this.#id = id;
    this.#origin = origin;
    this.#observer = observer;
  }

  to(type: Newable<T>): BindInWhenOnFluentSyntax<T> {
    const { factory, reading, note } = noteOfClass(type as unknown as Class, this.#origin, this.#observer.injected);
    const made = this.#inner.toResolvedValue(
      observing(note, (...given) => factory.construct(given), this.#observer) as () => T,
      // The type of the options follows from the factory's parameters, which are known at run time only.
      factory.injections.map(injectOption) as unknown as [],
    );
    this.#observer.bound(made.getIdentifier().id, note);
    return inScope(made, reading.scope);
  }

  toSelf(): BindInWhenOnFluentSyntax<T> {
    if (typeof this.#id !== 'function') throw new TypeError('toSelf() needs a class as the identifier');
    return this.to(this.#id as Newable<T>);
  }

  toConstantValue(value: T): BindWhenOnFluentSyntax<T> {
    const note = this.#note();
    note.isAsync = types.isPromise(value);
    return this.#noted(this.#inner.toConstantValue(value), note);
  }

  toDynamicValue(builder: Builder<T>): BindInWhenOnFluentSyntax<T> {
    const note = this.#note();
    note.isAsync = types.isAsyncFunction(builder);
    return this.#noted(this.#inner.toDynamicValue(observing(note, builder, this.#observer) as Builder<T>), note);
  }

  toFactory(factory: Parameters<BindToFluentSyntax<T>['toFactory']>[0]): BindWhenOnFluentSyntax<T> {
    return this.#noted(this.#inner.toFactory(factory), this.#note());
  }

  toResolvedValue(...[factory, options]: Partial<ResolvedOptions<T>> & unknown[]): BindInWhenOnFluentSyntax<T> {
    const note = this.#note();
    note.isAsync = types.isAsyncFunction(factory);
    const observed = observing(note, factory as (...args: unknown[]) => unknown, this.#observer) as () => T;
    return this.#noted(this.#inner.toResolvedValue(observed, (options ?? []) as unknown as []), note);
  }

  toService(service: ServiceIdentifier<T>): void {
    this.#inner.toService(service);
  }

  #note(): BindingNote {
    return new BindingNote(this.#origin);
  }

  #noted<S extends BindWhenOnFluentSyntax<T>>(made: S, note: BindingNote): S {
    this.#observer.bound(made.getIdentifier().id, note);
    return made;
  }
}

const injectOption = (injection: Injection): unknown =>
  isPlainInjection(injection)
    ? injection.id
    : {
        serviceIdentifier: injection.id,
        name: injection.name,
        optional: injection.optional,
        isMultiple: injection.multiple,
        chained: injection.chained,
        tags: [...injection.tags].map(([key, value]) => ({ key, value })),
      };

function inScope<T>(
  binding: BindInWhenOnFluentSyntax<T>,
  scope: 'Singleton' | 'Transient' | 'Request' | undefined,
): BindInWhenOnFluentSyntax<T> {
  if (scope === 'Transient') binding.inTransientScope();
  if (scope === 'Request') binding.inRequestScope();
  return binding;
}
