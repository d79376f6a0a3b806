import type { ServiceIdentifier } from 'inversify';

import { type BindingOrigin, describeOrigin } from '../contracts/DiscoveredListener';
import { isThenable, settlementOf } from '../execution/PendingCallback';
import { type Class, identifierName } from './Class';
import { ClassFactory, type Injected } from './ClassFactory';
import type { InversifyBinding } from './inversifyInternals';
import type { PromisedServices } from './PromisedServices';
import { type ClassReading, readClass } from './readClass';

/** The framework's notes on a binding. */
export class BindingNote {
  /** A listener is stopped by the coordinator; a service is disposed by the container. */
  role: 'service' | 'listener' = 'service';
  /** inversify's own record. Set when everything is bound; undefined again if the binding was removed. */
  binding: InversifyBinding | undefined = undefined;
  /** True while the instance is being constructed. */
  isConstructing = false;
  /** True if an async function makes the instance. */
  isAsync = false;
  /** True once its activation handler is observed. */
  isActivationObserved = false;

  /**
   * @param origin - where the binding was made.
   * @param implementation - the class it constructs; absent if the binding names none.
   */
  constructor(
    readonly origin: BindingOrigin,
    readonly implementation?: Class,
    readonly reading?: ClassReading,
    readonly factory?: ClassFactory,
  ) {}

  /** `"Broker" (modules[0])` */
  get label(): string {
    const id = this.implementation ?? this.binding?.serviceIdentifier;
    return `"${id === undefined ? 'a service' : identifierName(id)}" (${describeOrigin(this.origin)})`;
  }
}

/** A note of a binding that constructs a class. */
export interface ClassNote {
  readonly note: BindingNote;
  readonly reading: ClassReading;
  readonly factory: ClassFactory;
}

/** Is told about each binding and each instance that it makes. */
export interface BindingObserver {
  readonly injected: Injected;
  readonly promised: PromisedServices;
  /** True if activation handlers of the identifier are still to be called once a binding of it has made an instance. */
  hasActivations(id: ServiceIdentifier): boolean;
  bound(bindingId: number, note: BindingNote): void;
  constructed(note: BindingNote, instance: unknown): void;
}

/** Makes a function that makes an instance, and tells the observer about it once it is there. */
export function observing<A extends unknown[]>(
  note: BindingNote,
  make: (...args: A) => unknown,
  observer: BindingObserver,
): (...args: A) => unknown {
  return (...args) => {
    observer.promised.check(note);
    const made = make(...args);
    if (!isThenable(made)) {
      observer.constructed(note, made);
      return made;
    }
    const constructed = settlementOf(made).then((instance: unknown) => {
      observer.constructed(note, instance);
      return instance;
    });
    const { binding } = note;
    observer.promised.made(
      note,
      constructed,
      binding?.onActivation === undefined ? unlessActivated(binding, observer) : undefined,
    );
    return constructed;
  };
}

/** The binding, if nothing is to be done with its instance beyond what it says itself. */
export const unlessActivated = (
  binding: InversifyBinding | undefined,
  observer: BindingObserver,
): InversifyBinding | undefined =>
  binding === undefined || observer.hasActivations(binding.serviceIdentifier) ? undefined : binding;

/** Reads a class, and notes how it is constructed. */
export function noteOfClass(implementation: Class, origin: BindingOrigin, injected: Injected): ClassNote {
  const reading = readClass(implementation);
  const factory = new ClassFactory(implementation, reading, injected);
  return { note: new BindingNote(origin, implementation, reading, factory), reading, factory };
}
