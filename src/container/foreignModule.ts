import { type BindingOrigin, describeOrigin } from '../contracts/DiscoveredListener';
import type { Problems } from '../errors/Problem';

/** Reports something given as a module that is neither a `ContainerModule` of the inversify in use nor a definition. */
export function foreignModule(module: unknown, origin: BindingOrigin, problems: Problems): void {
  if (!looksLikeModule(module)) {
    problems.add('MODULE_FAILED', {
      what: `${describeOrigin(origin)} is no module.`,
      facts: { given: describeGiven(module) },
      fix: 'give a ContainerModule of inversify, or what `defineModule` returns. If a function makes it, call it, and await what it returns.',
    });
    return;
  }
  problems.add('FOREIGN_CONTAINER', {
    what: `${describeOrigin(origin)} is a ContainerModule of another copy of inversify.`,
    facts: { 'inversify in use': ownPath(), 'inversify of the module': foreignPath(module) },
    fix: 'keep one copy: declare inversify as a peer dependency in the package of the module, then `npm dedupe`.',
  });
}

const looksLikeModule = (module: unknown): module is object =>
  typeof module === 'object' &&
  module !== null &&
  typeof (module as { id?: unknown }).id === 'number' &&
  (className(module) === 'ContainerModule' || typeof (module as { load?: unknown }).load === 'function');

const className = (value: object): string =>
  (value as { constructor?: { name: string } }).constructor?.name ?? 'without a class';

function describeGiven(module: unknown): string {
  if (module instanceof Promise) return 'a promise';
  if (typeof module === 'function') return `the function ${module.name === '' ? '(anonymous)' : module.name}`;
  return typeof module === 'object' && module !== null ? `an object of the class ${className(module)}` : String(module);
}

const ownPath = (): string => require.resolve('inversify');

function foreignPath(module: object): string {
  for (const [file, loaded] of Object.entries(require.cache)) {
    const exported = loaded?.exports as { ContainerModule?: unknown } | undefined;
    const candidate = exported?.ContainerModule;
    if (typeof candidate === 'function' && module instanceof candidate) return file;
  }
  return 'not found among the loaded files';
}
