import { type BindingOrigin, describeOrigin } from '../contracts/DiscoveredListener';
import { type AnyClass, listenerMetadata, settingsMetadata } from '../contracts/metadata';
import { describeClass } from '../errors/describeClass';
import type { Problems } from '../errors/Problem';
import { baseOf, type Class } from './Class';

/** True for a class that is decorated as a listener. Anything else given as one is reported, with the likely reason. */
export function checkListenerClass(given: unknown, origin: BindingOrigin, problems: Problems): given is Class {
  if (typeof given !== 'function') {
    problems.add('NOT_A_LISTENER', {
      what: `${describeOrigin(origin)} is no class.`,
      facts: { given: given === undefined ? 'undefined: a circular import, or a misspelt name' : typeof given },
      fix: 'give the class itself, not an instance; break a circular import.',
    });
    return false;
  }
  if (listenerMetadata(given as Class) !== undefined) return true;
  problems.add('NOT_A_LISTENER', {
    what: `"${given.name}" is given as a listener, but it is not decorated as one.`,
    facts: { class: describeClass(given as Class), given: describeOrigin(origin) },
    fix: missingDecorator(given as Class),
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

/** The nearest base that is decorated as a listener. */
export function decoratedBase(target: AnyClass): Class | undefined {
  for (let base = baseOf(target); base !== undefined; base = baseOf(base)) {
    if (listenerMetadata(base) !== undefined) return base;
  }
  return undefined;
}
