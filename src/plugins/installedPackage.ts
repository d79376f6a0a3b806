import { existsSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What is read of a package.json. It may come from anybody: only its name, or else that of its folder, is known to be a text. */
export interface PackageJson {
  readonly name: string;
  readonly version?: unknown;
  readonly daemonry?: unknown;
  readonly [key: string]: unknown;
}

/**
 * The folder of the package that Node finds from `folder` under that name, links resolved: the nearest
 * `node_modules/<name>`, upwards. A package may hide its package.json from `require.resolve`, so that is not asked.
 */
export function findInstalled(name: string, folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const candidate = join(current, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (current === dirname(current)) return undefined;
  }
}

/** @throws what reading and parsing throw; TypeError when it is no object */
export async function readPackageJson(folder: string): Promise<PackageJson> {
  const parsed: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  if (typeof parsed !== 'object' || parsed === null) throw new TypeError('it holds no object');
  const { name } = parsed as { name?: unknown };
  return { ...parsed, name: typeof name === 'string' ? name : basename(folder) };
}

/** The folder of the nearest package.json, upwards. */
export function nearestPackage(folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, 'package.json'))) return current;
    if (current === dirname(current)) return undefined;
  }
}
