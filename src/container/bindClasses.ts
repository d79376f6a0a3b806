import { type BindingOrigin, describeOrigin } from '../contracts/DiscoveredListener';
import { type AnyClass, listenerMetadata, settingsMetadata } from '../contracts/metadata';
import { describeClass } from '../errors/describeClass';
import type { Problems } from '../errors/Problem';
import { type Class, decoratedBase, isConstructible } from './Class';
import { reportDuplicate } from './discoverListeners';

/**
 * Binds each listener and each service to itself, listeners first. Reports what is given twice or is no class.
 *
 * @param bind - binds a class to itself.
 */
export function bindClasses(
  { listeners, services }: { readonly listeners: readonly Class[]; readonly services: readonly Class[] },
  bind: (target: Class, origin: BindingOrigin) => void,
  problems: Problems,
): void {
  const origins = new Map<Class, BindingOrigin>();
  const bindOnce = (target: Class, origin: BindingOrigin, isListener: boolean): void => {
    const first = origins.get(target);
    if (first === undefined) {
      origins.set(target, origin);
      bind(target, origin);
    } else {
      reportDuplicate(target, first, origin, isListener, problems);
    }
  };
  listeners.forEach((listener, index) => {
    const origin = { kind: 'listeners', index } as const;
    const isListener = checkListenerClass(listener, origin, problems);
    // A class that is no listener is bound all the same: otherwise each class that injects it would be reported as well.
    if (isConstructible(listener)) bindOnce(listener, origin, isListener);
  });
  services.forEach((service, index) => {
    const origin = { kind: 'services', index } as const;
    if (isConstructible(service)) {
      bindOnce(service, origin, false);
      return;
    }
    problems.add('MISSING_BINDING', {
      what: `${describeOrigin(origin)} is no class.`,
      facts: { given: kindOf(service) },
      fix: 'give the class itself; a value, or what a function makes, is bound in a ContainerModule.',
    });
  });
}

const kindOf = (given: unknown): string =>
  given === undefined ? 'undefined: a circular import, or a misspelt name' : typeof given;

/** True for a class that is decorated as a listener. Anything else is reported, with the likely reason. */
export function checkListenerClass(given: unknown, origin: BindingOrigin, problems: Problems): given is Class {
  if (!isConstructible(given)) {
    problems.add('NOT_A_LISTENER', {
      what: `${describeOrigin(origin)} is no class.`,
      facts: { given: kindOf(given) },
      fix: 'give the class itself, neither an instance nor a function that returns one; break a circular import.',
    });
    return false;
  }
  if (listenerMetadata(given) !== undefined) return true;
  problems.add('NOT_A_LISTENER', {
    what: `"${given.name}" is given as a listener, but it is not decorated as one.`,
    facts: { class: describeClass(given), given: describeOrigin(origin) },
    fix: missingDecorator(given),
  });
  return false;
}

function missingDecorator(target: AnyClass): string {
  const decorated = decoratedBase(target);
  if (decorated !== undefined) {
    return `decorate it with @BackgroundDaemon or @Listener: options are not inherited, and only its base "${decorated.name}" is decorated.`;
  }
  if (settingsMetadata(target) !== undefined) return 'leave it out: a settings class is bound wherever it is injected.';
  return (
    'decorate it with @BackgroundDaemon or @Listener; if it is an ordinary class, give it in `services`. ' +
    'If it is decorated, the decorator comes from another copy of daemonry or reflect-metadata: keep one copy (`npm dedupe`).'
  );
}
