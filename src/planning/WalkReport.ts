import type { ServiceIdentifier } from 'inversify';

import type { Lookup } from '../container/BindingGraph';
import type { Bound } from '../container/Bound';
import { identifierName } from '../container/Class';
import type { Injection } from '../container/Injection';
import type { PlanWarning } from '../contracts/BootPlan';
import { describeOrigin } from '../contracts/DiscoveredListener';
import { type AnyClass, listenerMetadata } from '../contracts/metadata';
import { ASYNC_SERVICE_FIX } from '../errors/bootErrors';
import { describeClass } from '../errors/describeClass';
import type { Problems } from '../errors/Problem';
import { messageOf, nameOf, stackOf } from '../errors/serializeError';
import { didYouMean } from '../errors/suggest';
import type { ListenerIndex } from './ListenerIndex';

/** Reports what a {@link DependencyWalk} finds wrong or doubtful, as problems and warnings, each once. */
export class WalkReport {
  /** The warnings so far. */
  readonly warnings: PlanWarning[] = [];
  readonly #listeners: ListenerIndex;
  readonly #problems: Problems;
  readonly #said = new Set<string>();

  constructor(listeners: ListenerIndex, problems: Problems) {
    this.#listeners = listeners;
    this.#problems = problems;
  }

  /**
   * Checks the result of following an injection.
   *
   * @param path - the bindings from the start of the walk to the one that injects.
   */
  lookup(injection: Injection, { id, thrown, found, missing, uncertain }: Lookup, path: readonly Bound[]): void {
    if (id === undefined) {
      this.#undefinedIdentifier(thrown, path);
      return;
    }
    if (injection.multiple) return;
    if (!injection.optional || found.length > 0) {
      for (const absent of missing) this.#missing(injection, absent, path);
    }
    if (found.length > 1 && !uncertain) this.#ambiguous(id, found, path);
  }

  /**
   * Reports an `@Available` target that is not bound: a warning for a listener, which may be left out, else a problem. What a
   * module made by `defineModule` needs is said by its `needs`: whatever else it can use is left out without a word.
   */
  unavailable(target: AnyClass, path: readonly Bound[]): void {
    const owner = path[path.length - 1];
    if (!this.#first(`available ${target.name} ${owner?.label}`)) return;
    if (listenerMetadata(target) !== undefined) {
      if (owner?.origin.kind === 'modules' && typeof owner.origin.at === 'string') return;
      this.#warn(
        'ABSENT_LISTENER',
        `"${owner?.label}" may use "${target.name}", which is not part of this application: it counts as disabled.`,
      );
      return;
    }
    this.#problems.add('UNAVAILABLE_TARGET', {
      what: `@Available(${target.name}) of "${owner?.label}" names a class that is no listener.`,
      facts: { path: joined([...path.map(({ label }) => label), target.name]), classes: [describeClass(target)] },
      fix: 'inject it as it is: only a listener can be unavailable.',
    });
  }

  /** Warns if a listener injects an opaque factory, or keeps a service that is no singleton. */
  injected(service: Bound, path: readonly Bound[]): void {
    this.asynchronous(service, path);
    const [root] = path;
    if (root === undefined || this.#listeners.ofBinding(root) === undefined) return;
    const owner = path[path.length - 1] ?? root;
    if (service.kind === 'opaque') this.opaque(service, joined([...path, service].map(({ label }) => label)));
    if (service.scope !== 'Singleton' && owner.scope === 'Singleton') this.#captive(owner, service);
  }

  /** Reports a binding that an async function makes: nothing waits for it where the container is asked. */
  asynchronous(bound: Bound, path: readonly Bound[] = []): void {
    if (bound.asynchronous === undefined || !this.#first(`asynchronous ${bound.bindingId}`)) return;
    const owner = path[path.length - 1];
    this.#problems.add('ASYNC_SERVICE', {
      what: `"${bound.label}"${owner === undefined ? '' : `, which "${owner.label}" needs,`} is made asynchronously: ${bound.asynchronous}.`,
      facts: {
        path: path.length === 0 ? undefined : joined([...path, bound].map(({ label }) => label)),
        classes: filesOf([bound]),
      },
      fix: ASYNC_SERVICE_FIX,
    });
  }

  /** Warns of a binding whose needs cannot be known. */
  opaque(bound: Bound, path: string): void {
    if (!this.#first(`opaque ${bound.bindingId}`)) return;
    this.#warn(
      'OPAQUE_FACTORY',
      `"${bound.label}" (${describeOrigin(bound.origin)}) is made by a function, so that it is not known what it needs, and it orders nothing: ${path}. ` +
        'Bind it with toResolvedValue(fn, [identifiers]), or name what it needs in dependsOn.',
    );
  }

  /** Reports a cycle: the last binding of the path injects `again`, which is on the path. */
  cycle(path: readonly Bound[], again: Bound): void {
    const members = path.slice(path.indexOf(again));
    const key = members.map(({ bindingId }) => bindingId).sort((a, b) => a - b);
    if (!this.#first(`cycle ${key.join()}`)) return;
    reportCycle(
      [...members, again].map(({ label }) => label),
      members,
      this.#problems,
    );
  }

  #undefinedIdentifier(thrown: unknown, path: readonly Bound[]): void {
    const owner = path[path.length - 1];
    if (owner === undefined || !this.#first(`undefined ${owner.bindingId}`)) return;
    // A class that is still being declared is a ReferenceError.
    if (thrown !== undefined && nameOf(thrown) !== 'ReferenceError') {
      this.#problems.add('MISSING_METADATA', {
        what: `"${owner.label}" injects a lazy identifier whose function throws: ${messageOf(thrown)}`,
        facts: { classes: filesOf([owner]), error: stackOf(thrown) },
        fix: 'let the function of LazyServiceIdentifier return the class or the token, and do nothing else.',
      });
      return;
    }
    this.#problems.add('MISSING_METADATA', {
      what: `"${owner.label}" injects an identifier that is undefined.`,
      facts: { classes: filesOf([owner]), 'likely cause': 'a circular import' },
      fix: 'break the circle: put what both files need into a third one.',
    });
  }

  #missing(injection: Injection, id: ServiceIdentifier, path: readonly Bound[]): void {
    const owner = path[path.length - 1];
    const name = identifierName(id);
    if (!this.#first(`missing ${owner?.bindingId} ${name} ${String(injection.name)}`)) return;
    const isBound = this.#listeners.graph.bindings(id).length > 0;
    const known = [...this.#listeners.graph.identifiers()].map(identifierName);
    const hasTwin = !isBound && typeof id !== 'string' && known.includes(name);
    this.#problems.add('MISSING_BINDING', {
      what: isBound
        ? `No binding of "${name}" fits what "${owner?.label}" asks for.`
        : hasTwin
          ? `Nothing is bound to the "${name}" that "${owner?.label}" needs. What is bound is another "${name}".`
          : `Nothing is bound to "${name}", which "${owner?.label}" needs.${didYouMean(name, known)}`,
      facts: {
        path: joined([...path.map(({ label }) => label), name]),
        name: injection.name === undefined ? undefined : String(injection.name),
        tags:
          injection.tags.size === 0
            ? undefined
            : [...injection.tags].map(([tag, value]) => `${String(tag)}=${String(value)}`),
        classes: [...filesOf(path), ...(typeof id === 'function' ? [describeClass(id as AnyClass)] : [])],
        'likely cause': hasTwin ? 'two copies of the file or the package that it comes from' : undefined,
      },
      fix: hasTwin
        ? 'import it from the copy that the application uses, and keep one copy.'
        : typeof id === 'function'
          ? `give the class in \`services\` (a listener in \`listeners\`), or bind it in a module.`
          : 'bind it in a module, or load the module that does.',
    });
  }

  #ambiguous(id: ServiceIdentifier, found: readonly Bound[], path: readonly Bound[]): void {
    const owner = path[path.length - 1];
    const name = identifierName(id);
    if (!this.#first(`ambiguous ${owner?.bindingId} ${name}`)) return;
    this.#problems.add('AMBIGUOUS_BINDING', {
      what: `"${owner?.label}" asks for one "${name}", and there are ${found.length}.`,
      facts: {
        path: joined([...path.map(({ label }) => label), name]),
        bindings: found.map(({ label, origin }) => `${label} (${describeOrigin(origin)})`),
      },
      fix: 'bind it once; or tell the bindings apart with whenNamed() and @named(); or take all of them with @multiInject().',
    });
  }

  #captive(owner: Bound, service: Bound): void {
    if (!this.#first(`captive ${owner.bindingId} ${service.bindingId}`)) return;
    this.#warn(
      'CAPTIVE_DEPENDENCY',
      `"${owner.label}" is a singleton and keeps the one "${service.label}" that it was constructed with, although "${service.label}" is bound in ${service.scope.toLowerCase()} scope. ` +
        'Bind it as a singleton, or inject a factory.',
    );
  }

  #warn(code: string, message: string): void {
    this.warnings.push({ code, message });
  }

  /** False if the key has been reported before. */
  #first(key: string): boolean {
    if (this.#said.has(key)) return false;
    this.#said.add(key);
    return true;
  }
}

/**
 * Reports listeners or services that need each other.
 *
 * @param path - the class names around the cycle, the first one again at the end.
 */
export function reportCycle(path: readonly string[], members: readonly Bound[], problems: Problems): void {
  problems.add('DEPENDENCY_CYCLE', {
    what: `These need each other, so that none of them can go first: ${joined(path)}`,
    facts: { classes: filesOf(members) },
    fix: 'cut one of the edges: move what both need into a third class, name the softer one in `wants` instead of dependsOn, or inject it with @Available.',
  });
}

const joined = (names: readonly string[]): string => names.join(' -> ');

const filesOf = (path: readonly Bound[]): string[] =>
  path.map(({ implementation, label, origin }) =>
    implementation === undefined ? `${label} (${describeOrigin(origin)})` : describeClass(implementation),
  );
