import { type MissingPackage, PackageMissingError } from './PackageMissingError';

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
    const { code, message } = error as NodeJS.ErrnoException;
    // A package that the wanted one itself misses is another matter.
    const about = new RegExp(`['"]${missing.name.replaceAll('.', '\\.')}(/[^'"]*)?['"]`);
    if (MISSING.has(code ?? '') && about.test(message)) throw new PackageMissingError(missing, error);
    throw error;
  }
}
