import type { BindToFluentSyntax, ServiceIdentifier } from 'inversify';

import type { BindingOrigin } from '../contracts/DiscoveredListener';
import type { Problems } from '../errors/Problem';
import { didYouMean } from '../errors/suggest';
import { isClass, identifierName } from './Class';

/** An identifier and its replacement: a class is bound as a singleton, anything else as a constant. */
export type Override = readonly [id: ServiceIdentifier, replacement: unknown];

interface Rebinding {
  /** The identifiers that have a binding, or get one later. */
  readonly known: ReadonlySet<ServiceIdentifier>;
  /** Removes every binding of an identifier, and begins the one that replaces them. */
  readonly rebind: (id: ServiceIdentifier, origin: BindingOrigin) => BindToFluentSyntax<unknown>;
}

/**
 * Replaces all bindings of each identifier by one. Reports an override that replaces nothing or comes a second time.
 *
 * @returns for each replaced identifier, the object that has the methods of the replacement.
 */
export function applyOverrides(
  overrides: readonly Override[],
  { known, rebind }: Rebinding,
  problems: Problems,
): ReadonlyMap<ServiceIdentifier, object> {
  const replaced = new Map<ServiceIdentifier, object>();
  for (const [index, [id, replacement]] of overrides.entries()) {
    const name = id === undefined ? 'undefined' : identifierName(id);
    if (replaced.has(id)) {
      problems.add('OVERRIDE_TWICE', {
        what: `"${name}" is overridden twice.`,
        facts: { second: `overrides[${index}]` },
        fix: 'keep one of the two.',
      });
    } else if (!known.has(id)) {
      problems.add('OVERRIDE_UNUSED', {
        what: `The override of "${name}" replaces nothing.${didYouMean(name, [...known].map(identifierName))}`,
        facts: { override: `overrides[${index}]` },
        fix: 'override the very identifier that is bound, the same class or token; or drop the override.',
      });
    } else {
      const binding = rebind(id, { kind: 'overrides', index });
      if (isClass(replacement)) binding.to(replacement);
      else binding.toConstantValue(replacement);
      replaced.set(id, hooksOf(replacement));
    }
  }
  return replaced;
}

function hooksOf(replacement: unknown): object {
  if (isClass(replacement)) return replacement.prototype as object;
  return typeof replacement === 'object' && replacement !== null ? replacement : {};
}
