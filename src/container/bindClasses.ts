import type { BindToFluentSyntax, ServiceIdentifier } from 'inversify';

import { type BindingOrigin, describeOrigin } from '../contracts/DiscoveredListener';
import type { Problems } from '../errors/Problem';
import { checkListenerClass } from './checkListenerClass';
import type { Class } from './Class';
import { reportDuplicate } from './discoverListeners';

type Bind = (id: ServiceIdentifier, origin: BindingOrigin) => BindToFluentSyntax<unknown>;

/** Binds each listener and each service to itself, listeners first. What is given twice, or is no class, is reported. */
export function bindClasses(
  { listeners, services }: { readonly listeners: readonly Class[]; readonly services: readonly Class[] },
  bind: Bind,
  problems: Problems,
): void {
  const origins = new Map<Class, BindingOrigin>();
  const bindOnce = (target: Class, origin: BindingOrigin, isListener: boolean): void => {
    const first = origins.get(target);
    if (first === undefined) {
      origins.set(target, origin);
      bind(target, origin).toSelf();
    } else {
      reportDuplicate(target, first, origin, isListener, problems);
    }
  };
  for (const [index, listener] of listeners.entries()) {
    const origin = { kind: 'listeners', index } as const;
    const isListener = checkListenerClass(listener, origin, problems);
    // A class that is no listener is bound all the same, so that whoever injects it is not reported as well.
    if (typeof listener === 'function') bindOnce(listener, origin, isListener);
  }
  for (const [index, service] of services.entries()) {
    const origin = { kind: 'services', index } as const;
    if (typeof service === 'function') {
      bindOnce(service, origin, false);
      continue;
    }
    problems.add('MISSING_BINDING', {
      what: `${describeOrigin(origin)} is no class.`,
      facts: { given: service === undefined ? 'undefined: a circular import, or a misspelt name' : typeof service },
      fix: 'give the class itself; a value is bound in a ContainerModule.',
    });
  }
}
