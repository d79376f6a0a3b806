import { createRequire, isBuiltin } from 'node:module';

import { DRIVER, driverMissing } from '../errors/stateErrors';
import type { Driver } from './sqlite';

/**
 * Loads the driver that this Node has, else the package that is installed for it.
 *
 * @throws StateError STATE_DRIVER_MISSING
 */
export function loadDriver(): Driver {
  return builtInDriver() ?? installedDriver();
}

/** True if a driver can be loaded. Loads none. */
export function hasDriver(): boolean {
  if (hasBuiltIn()) return true;
  try {
    createRequire(__filename).resolve(DRIVER);
    return true;
  } catch {
    return false;
  }
}

/** The id that another thread requires to get the driver that {@link loadDriver} gives. */
export function driverId(): string {
  return hasBuiltIn() ? 'node:sqlite' : createRequire(__filename).resolve(DRIVER);
}

/** True if this Node has a driver: versions before 22.13 have the module behind a flag. */
export const hasBuiltIn = (): boolean => isBuiltin('node:sqlite');

function builtInDriver(): Driver | undefined {
  if (!hasBuiltIn()) return undefined;
  return quietly(() => createRequire(__filename)('node:sqlite') as Driver);
}

function installedDriver(): Driver {
  try {
    return createRequire(__filename)(DRIVER) as Driver;
  } catch (error) {
    throw driverMissing(error);
  }
}

/** Without the warning that some versions of Node give for the module: operators cannot do anything about it. */
function quietly<T>(load: () => T): T {
  const emit = process.emitWarning.bind(process) as (...given: unknown[]) => void;
  process.emitWarning = (...given: unknown[]) => {
    if (!String(given[0]).startsWith('SQLite is an experimental feature')) emit(...given);
  };
  try {
    return load();
  } finally {
    process.emitWarning = emit;
  }
}
