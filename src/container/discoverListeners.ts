import type { ServiceIdentifier } from 'inversify';

import { listenerName } from '../configuration';
import { type BindingOrigin, describeOrigin, type DiscoveredListener } from '../contracts/DiscoveredListener';
import { listenerMetadata } from '../contracts/metadata';
import { describeClass } from '../errors/describeClass';
import type { Problems } from '../errors/Problem';
import type { BindingGraph } from './BindingGraph';
import type { Bound } from './Bound';
import { type Class, isClass, identifierName } from './Class';
import { NO_TAGS } from './Injection';
import type { BindingNote } from './BindingNote';

/**
 * Finds the listeners among the bindings, in bind order: each binding whose class is decorated. Reports what keeps one
 * from being the one singleton behind its identifier.
 */
export function discoverListeners(
  graph: BindingGraph,
  notes: Iterable<BindingNote>,
  problems: Problems,
): DiscoveredListener[] {
  const byClass = new Map<Class, DiscoveredListener>();
  for (const bound of graph.all) {
    const { implementation: target } = bound;
    const metadata = target === undefined ? undefined : listenerMetadata(target);
    if (target === undefined || metadata === undefined) {
      checkReplacement(bound, problems);
      continue;
    }
    const first = byClass.get(target);
    if (first !== undefined) {
      reportDuplicate(target, first.origin, bound.origin, true, problems);
    } else {
      byClass.set(target, {
        index: byClass.size,
        name: listenerName(target.name, metadata),
        target,
        id: bound.id as ServiceIdentifier<object>,
        bindingId: bound.bindingId,
        origin: bound.origin,
        hooks: target.prototype as object,
      });
    }
    checkBinding(target, bound, graph, problems);
  }
  checkLost(byClass, notes, problems);
  return [...byClass.values()];
}

/** Reports a class that is bound twice. */
export function reportDuplicate(
  target: Class,
  first: BindingOrigin,
  second: BindingOrigin,
  isListener: boolean,
  problems: Problems,
): void {
  problems.add('DUPLICATE_CLASS', {
    what: `"${target.name}" is bound twice${isListener ? ', and a listener is one instance' : ''}.`,
    facts: { class: describeClass(target), first: describeOrigin(first), second: describeOrigin(second) },
    fix: [first, second].every(({ kind }) => kind === 'listeners' || kind === 'services')
      ? 'give it once.'
      : `bind it once, and let other identifiers lead to it: bind(TOKEN).toService(${target.name}).`,
  });
}

function checkBinding(target: Class, bound: Bound, graph: BindingGraph, problems: Problems): void {
  const factsOf = (): Record<string, unknown> => ({
    class: describeClass(target),
    bound: describeOrigin(bound.origin),
  });
  if (bound.scope !== 'Singleton') {
    problems.add('NOT_A_SINGLETON', {
      what: `The listener "${target.name}" is bound in ${bound.scope.toLowerCase()} scope.`,
      facts: factsOf(),
      fix: 'bind it as a singleton: without @injectable(scope), inTransientScope() and inRequestScope().',
    });
  }
  if (bound.origin.kind === 'services') {
    problems.add('MISUSED_DECORATOR', {
      what: `The listener "${target.name}" is given as a service.`,
      facts: factsOf(),
      fix: 'give it in `listeners`.',
    });
  }
  const siblings = graph.bindings(bound.id);
  const others = siblings.length === 1 ? [] : siblings.filter((sibling) => sibling.implementation !== target);
  if (others.length === 0 && fitsPlainly(bound)) return;
  problems.add('AMBIGUOUS_BINDING', {
    what: `"${identifierName(bound.id)}" does not lead to the listener "${target.name}" alone.`,
    facts: {
      ...factsOf(),
      'bound as well': others.map(({ label, origin }) => `${label} (${describeOrigin(origin)})`),
    },
    fix: `bind the class to itself, and let the identifier lead to it: bind(${target.name}).toSelf(); bind(TOKEN).toService(${target.name}).`,
  });
}

/** True if the binding is found by an injection that gives neither name nor tags, wherever it stands. */
const fitsPlainly = (bound: Bound): boolean =>
  bound.isUnconditional ||
  bound.isSatisfiedBy({
    serviceIdentifier: bound.id,
    name: undefined,
    tags: NO_TAGS,
    getAncestor: () => undefined,
  });

/** Reports a listener's class as the identifier of something else, which would take its place and never start. */
function checkReplacement(bound: Bound, problems: Problems): void {
  const { id } = bound;
  if (bound.kind === 'alias' || !isClass(id) || listenerMetadata(id) === undefined) return;
  problems.add('REBOUND_LISTENER', {
    what: `The listener "${id.name}" is bound to something that is no listener.`,
    facts: { class: describeClass(id), 'bound to': bound.label, bound: describeOrigin(bound.origin) },
    fix: 'decorate what takes its place as a listener too; in a test, use an override.',
  });
}

/** Reports listeners that were bound, and whose binding a module has removed. */
function checkLost(found: ReadonlyMap<Class, unknown>, notes: Iterable<BindingNote>, problems: Problems): void {
  for (const { implementation, origin, binding } of notes) {
    if (binding !== undefined || implementation === undefined || found.has(implementation)) continue;
    if (listenerMetadata(implementation) === undefined) continue;
    problems.add('REBOUND_LISTENER', {
      what: `The listener "${implementation.name}" was bound, and a module took its binding away.`,
      facts: { class: describeClass(implementation), bound: describeOrigin(origin) },
      fix: 'do not unbind or rebind a listener; leave out what binds it, or switch it off: `listeners.<name>.enabled: false`.',
    });
  }
}
