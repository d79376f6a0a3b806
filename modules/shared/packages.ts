import { DaemonryError, codeOf, messageOf } from 'daemonry';
import type * as Fastify from 'fastify';

const MISSING = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND']);

/**
 * Loads an optional peer dependency when it is needed, and no earlier.
 *
 * @param load - calls `require` with the literal name: Jest cannot `import()` from a published package.
 * @throws PackageMissingError; what the package itself throws while it loads.
 */
export function loadOptional<T>(missing: MissingPackage, load: () => T): T {
  try {
    return load();
  } catch (error) {
    // A package that the wanted one itself misses is another matter.
    const about = new RegExp(`['"]${missing.name.replaceAll('.', '\\.')}(/[^'"]*)?['"]`);
    const found = MISSING.has(codeOf(error) ?? '') ? about.exec(messageOf(error)) : null;
    if (found === null) throw error;
    // That the package is not there needs no second stack; that a part of it is not, does.
    throw new PackageMissingError(missing, found[1] === undefined ? undefined : error);
  }
}

export interface MissingPackage {
  /** Name of the npm package, such as `fastify`. */
  readonly name: string;
  /** The major version that is asked for. */
  readonly major: number;
  /** The module that needs it, as the subject of a sentence: `The web module`. */
  readonly neededBy: string;
  /** How to do without: `leave webModule() out`. */
  readonly otherwise: string;
}

/** Something that is used here needs a package that is an optional peer dependency, and is not installed. */
class PackageMissingError extends DaemonryError<'PACKAGE_MISSING'> {
  constructor({ name, major, neededBy, otherwise }: MissingPackage, cause: unknown) {
    super('PACKAGE_MISSING', {
      what: `${neededBy} needs the package "${name}", which is not installed.`,
      fix: `install it (npm install ${name}@${major}), or ${otherwise}.`,
      cause,
    });
  }
}

/** @throws PackageMissingError */
export const loadFastify = (neededBy: string, otherwise: string): typeof Fastify.fastify =>
  loadOptional(
    { name: 'fastify', major: 5, neededBy, otherwise },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => (require('fastify') as typeof Fastify).fastify,
  );
