import type { BindingOrigin } from '../contracts/DiscoveredListener';
import type { Class } from './Class';
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
  /** True once {@link observeActivation} has been called. */
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
    if (!(made instanceof Promise)) {
      observer.constructed(note, made);
      return made;
    }
    const constructed = made.then((instance: unknown) => {
      observer.constructed(note, instance);
      return instance;
    });
    observer.promised.made(note, constructed);
    return constructed;
  };
}

/** Has a promise of the activation handler of a binding noticed as that of the function behind it is. */
export function observeActivation(note: BindingNote, binding: InversifyBinding, observer: BindingObserver): void {
  const activate = binding.onActivation;
  if (activate === undefined || note.isActivationObserved) return;
  note.isActivationObserved = true;
  binding.onActivation = (context, instance) => {
    const activated = activate(context, instance);
    if (activated instanceof Promise) observer.promised.made(note, activated);
    return activated;
  };
}

/** Reads a class, and notes how it is constructed. */
export function noteOfClass(implementation: Class, origin: BindingOrigin, injected: Injected): ClassNote {
  const reading = readClass(implementation);
  const factory = new ClassFactory(implementation, reading, injected);
  return { note: new BindingNote(origin, implementation, reading, factory), reading, factory };
}
