import { accessSync, constants, statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';

import type { BootPlan, PlanWarning } from '../contracts/BootPlan';
import { codeOf } from '../errors/serializeError';

/**
 * Looks at the paths that an application writes, as the user of this process: those that cannot be written, and those
 * outside of `state.directory`, which is all that a unit or an image of `daemonry new` makes writable. `state.directory`
 * itself counts when something is kept there.
 */
export function pathWarnings({ listeners, values }: Pick<BootPlan, 'listeners' | 'values'>): PlanWarning[] {
  const state = values.find(({ path }) => path === 'state.directory');
  const remembers = listeners.some(({ tasks }) => tasks.some(({ misfire }) => misfire === 'run-once'));
  const written = values.filter((value) => value.file !== undefined && (value !== state || remembers));
  return written.flatMap((value) => {
    const { path, file = '', origin } = value;
    const place = `"${path}" (${origin}) is ${file}`;
    const why = hindrance(file, value === state);
    const warnings: PlanWarning[] = [];
    if (why !== undefined)
      warnings.push({ code: 'STATE_PATH_NOT_WRITABLE', message: `${place}, which this user cannot write: ${why}.` });
    if (value !== state && state?.file !== undefined && !isWithin(file, state.file)) {
      const message = `${place}, outside of state.directory, ${state.file}: see to it that a deployment can write it, or give a relative path.`;
      warnings.push({ code: 'STATE_PATH_OUTSIDE', message });
    }
    return warnings;
  });
}

function isWithin(file: string, directory: string): boolean {
  const way = relative(directory, file);
  return way !== '..' && !way.startsWith(`..${sep}`) && way !== file;
}

/** Why a path cannot be written: the nearest thing that is there decides, since the folders below it are made. */
function hindrance(path: string, isFolder: boolean): string | undefined {
  let nearest = path;
  for (;;) {
    try {
      const found = statSync(nearest);
      if (!found.isDirectory() && (nearest !== path || isFolder)) return `${nearest} is no folder`;
      accessSync(nearest, constants.W_OK);
      return undefined;
    } catch (error) {
      const code = codeOf(error) ?? 'unknown';
      if (code !== 'ENOENT' && code !== 'ENOTDIR') return `${code} at ${nearest}`;
      if (nearest === dirname(nearest)) return `${code} at ${nearest}`;
      nearest = dirname(nearest);
    }
  }
}
