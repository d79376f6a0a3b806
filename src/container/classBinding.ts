import type { ServiceIdentifier } from 'inversify';

import { type BindingNote, type BindingObserver, type ClassNote, observing } from './BindingNote';
import type { ClassFactory } from './ClassFactory';
import type { Injection } from './Injection';
import {
  type BindingStore,
  ELEMENT_KIND,
  type BindingScope,
  type InversifyBinding,
  NO_VALUE,
  type ResolvedValueArgument,
} from './inversifyInternals';

/** The name under which inversify counts the bindings of the process, as metadata of `Object`. */
const COUNTER = '@inversifyjs/container/bindingId';

/**
 * True if the bindings of a container have the form of a {@link ClassBinding}, so that one can be added as it is. Making one
 * by the fluent syntax takes five times as long. With another form of a later version, classes are bound by that.
 */
export function takesClassBindings({ fluent }: BindingStore): boolean {
  const known =
    'cache factory id isSatisfiedBy metadata moduleId onActivation onDeactivation scope serviceIdentifier type';
  return (
    Object.keys(fluent).sort().join(' ') === known &&
    fluent.type === 'ResolvedValue' &&
    fluent.cache?.isRight === false &&
    Reflect.getOwnMetadata(COUNTER, Object) === fluent.id + 1
  );
}

/**
 * The binding of a class that the framework constructs: what `bind(id).toResolvedValue(factory, injections)` makes, but
 * that the function and the list of arguments are made when inversify asks for them.
 */
export class ClassBinding implements InversifyBinding {
  readonly type = 'ResolvedValue';
  readonly moduleId = undefined;
  readonly onActivation = undefined;
  readonly onDeactivation = undefined;
  cache: NonNullable<InversifyBinding['cache']> = NO_VALUE;
  readonly #note: BindingNote;
  readonly #factory: ClassFactory;
  readonly #observer: BindingObserver;

  constructor(
    readonly id: number,
    readonly serviceIdentifier: ServiceIdentifier,
    readonly scope: BindingScope,
    readonly isSatisfiedBy: InversifyBinding['isSatisfiedBy'],
    { note, factory }: ClassNote,
    observer: BindingObserver,
  ) {
    this.#note = note;
    this.#factory = factory;
    this.#observer = observer;
  }

  get metadata(): { readonly arguments: readonly ResolvedValueArgument[] } {
    return { arguments: this.#factory.injections.map(argumentOf) };
  }

  get factory(): (...given: unknown[]) => unknown {
    return observing(this.#note, (...given: unknown[]) => this.#factory.construct(given), this.#observer);
  }
}

/** Takes the numbers of the next bindings of the process, of which there may be fewer. Returns one at each call. */
export function takeBindingIds(count: number): () => number {
  let next = Number(Reflect.getOwnMetadata(COUNTER, Object) ?? 0);
  Reflect.defineMetadata(COUNTER, next + count, Object);
  return () => next++;
}

const argumentOf = ({ id, optional, multiple, chained, name, tags }: Injection): ResolvedValueArgument => ({
  kind: multiple ? ELEMENT_KIND.multiple : ELEMENT_KIND.single,
  value: id,
  optional,
  chained,
  name,
  tags,
});
