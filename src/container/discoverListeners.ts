import { listenerMetadata } from '../contracts/metadata';
import type { Problems } from '../errors/Problem';
import type { BindingGraph } from './BindingGraph';
import type { BindingNote } from './BindingNote';
import type { Bound } from './Bound';
import type { BoundListener } from './BoundListener';
import { type Class, isClass } from './Class';
import { describeClass } from './classLocation';
import { identifierName } from './identifierName';
import { NO_TAGS } from './Injection';

/**
 * The listeners among the bindings, in bind order: each binding whose class is decorated. What keeps one from being the
 * one singleton behind its identifier is reported.
 */
export function discoverListeners(
  graph: BindingGraph,
  notes: Iterable<BindingNote>,
  problems: Problems,
): BoundListener[] {
  const byClass = new Map<Class, BoundListener>();
  for (const bound of graph.all) {
    const { implementation: target } = bound;
    const metadata = target === undefined ? undefined : listenerMetadata(target);
    if (target === undefined || metadata === undefined) {
      checkReplacement(bound, problems);
      continue;
    }
    const { origin, pluginName } = bound;
    const listener: BoundListener = {
      target,
      metadata,
      bound,
      origin,
      hooks: target.prototype as object,
      ...(pluginName === undefined ? {} : { pluginName }),
    };
    const first = byClass.get(target);
    if (first !== undefined) reportDuplicate(target, first.origin, bound.origin, true, problems);
    else byClass.set(target, listener);
    checkBinding(listener, graph, problems);
  }
  checkLost(byClass, notes, problems);
  return [...byClass.values()];
}

export function reportDuplicate(
  target: Class,
  first: string,
  second: string,
  isListener: boolean,
  problems: Problems,
): void {
  problems.add('DUPLICATE_CLASS', {
    what: `"${target.name}" is bound twice${isListener ? ', and a listener is one instance' : ''}.`,
    facts: { class: describeClass(target), first, second },
    fix: [first, second].every((origin) => origin.startsWith('listeners[') || origin.startsWith('services['))
      ? 'give it once.'
      : `bind it once, and let other identifiers lead to it: bind(TOKEN).toService(${target.name}).`,
  });
}

function checkBinding({ target, bound }: BoundListener, graph: BindingGraph, problems: Problems): void {
  const factsOf = (): Record<string, unknown> => ({ class: describeClass(target), bound: bound.origin });
  if (bound.scope !== 'Singleton') {
    problems.add('NOT_A_SINGLETON', {
      what: `The listener "${target.name}" is bound in ${bound.scope.toLowerCase()} scope.`,
      facts: factsOf(),
      fix: 'bind it as a singleton: without @injectable(scope), inTransientScope() and inRequestScope().',
    });
  }
  if (bound.origin.startsWith('services[')) {
    problems.add('MISUSED_DECORATOR', {
      what: `The listener "${target.name}" is given as a service.`,
      facts: factsOf(),
      fix: 'give it in `listeners`.',
    });
  }
  const siblings = graph.bindings(bound.id);
  const others = siblings.length === 1 ? [] : siblings.filter((sibling) => sibling.implementation !== target);
  if (others.length === 0 && isUnconditional(bound)) return;
  problems.add('AMBIGUOUS_BINDING', {
    what: `"${identifierName(bound.id)}" does not lead to the listener "${target.name}" alone.`,
    facts: { ...factsOf(), 'bound as well': others.map(({ label, origin }) => `${label} (${origin})`) },
    fix: `bind the class to itself, and let the identifier lead to it: bind(${target.name}).toSelf(); bind(TOKEN).toService(${target.name}).`,
  });
}

const isUnconditional = (bound: Bound): boolean =>
  bound.isSatisfiedBy({
    serviceIdentifier: bound.id,
    name: undefined,
    tags: NO_TAGS,
    getAncestor: () => undefined,
  });

/** A listener's own identifier that leads to something else takes its place without starting. */
function checkReplacement(bound: Bound, problems: Problems): void {
  const { id } = bound;
  if (bound.kind === 'alias' || !isClass(id) || listenerMetadata(id) === undefined) return;
  problems.add('REBOUND_LISTENER', {
    what: `The listener "${id.name}" is bound to something that is no listener.`,
    facts: { class: describeClass(id), 'bound to': bound.label, bound: bound.origin },
    fix: 'decorate what takes its place as a listener too; in a test, use an override.',
  });
}

function checkLost(found: ReadonlyMap<Class, BoundListener>, notes: Iterable<BindingNote>, problems: Problems): void {
  for (const { implementation, origin, binding } of notes) {
    if (binding !== undefined || implementation === undefined || found.has(implementation)) continue;
    if (listenerMetadata(implementation) === undefined) continue;
    problems.add('REBOUND_LISTENER', {
      what: `The listener "${implementation.name}" was bound, and a module took its binding away.`,
      facts: { class: describeClass(implementation), bound: origin },
      fix: 'do not unbind or rebind a listener; leave out what binds it, or switch it off: `listeners.<name>.enabled: false`.',
    });
  }
}
