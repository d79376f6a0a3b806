import type { ServiceIdentifier } from 'inversify';

/** A service identifier as people know it: the class's name, the symbol's description, or the text itself. */
export function identifierName(id: ServiceIdentifier): string {
  if (typeof id === 'function') return id.name === '' ? '(anonymous class)' : id.name;
  return typeof id === 'symbol' ? (id.description ?? String(id)) : String(id);
}
