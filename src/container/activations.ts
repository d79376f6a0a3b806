import { types } from 'node:util';

import type { BindingActivation, Container, ServiceIdentifier } from 'inversify';

import { isThenable } from '../execution/PendingCallback';
import { type BindingNote, type BindingObserver, unlessActivated } from './BindingNote';
import { identifierName } from './Class';
import type { InversifyBinding } from './inversifyInternals';
import type { PromisedServices } from './PromisedServices';

/** Has a promise of the activation handler of a binding noticed as that of the function behind it is. */
export function observeActivation(note: BindingNote, binding: InversifyBinding, observer: BindingObserver): void {
  const activate = binding.onActivation;
  if (activate === undefined || note.isActivationObserved) return;
  note.isActivationObserved = true;
  binding.onActivation = (context, instance) => {
    const activated = activate(context, instance);
    if (isThenable(activated)) observer.promised.made(note, activated, unlessActivated(binding, observer));
    return activated;
  };
}

/** The key of the handler that an observed one calls. */
const GIVEN = Symbol('given');

/**
 * Makes an activation handler of an identifier whose promises are noticed.
 *
 * @param place - where the handler was added.
 */
export function observedActivation<T>(
  id: ServiceIdentifier<T>,
  activation: BindingActivation<T>,
  place: string,
  promised: PromisedServices,
): BindingActivation<T> {
  const maker = { label: `"${identifierName(id)}" (${place})` };
  const observed: BindingActivation<T> = (context, instance) => {
    promised.check(maker);
    const activated = activation(context, instance);
    if (isThenable(activated)) promised.made(maker, activated);
    return activated;
  };
  return Object.assign(observed, { [GIVEN]: activation });
}

/** True for an async handler, also behind {@link observedActivation}. */
export const isAsyncActivation = (activation: unknown): boolean =>
  types.isAsyncFunction((activation as { readonly [GIVEN]?: unknown })[GIVEN] ?? activation);

/** Has the promises noticed of all handlers that are added to a container from here on, but not of those of its modules. */
export function observeContainer(container: Container, promised: PromisedServices): void {
  const onActivation = container.onActivation.bind(container);
  container.onActivation = (id, activation) => {
    onActivation(id, observedActivation(id, activation, 'an onActivation handler of the container', promised));
  };
}
