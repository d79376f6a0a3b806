import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

import { EntryError } from './EntryError';
import { packageOf } from './packageOf';

/**
 * Two copies of the framework in one process know nothing of each other's applications.
 *
 * @throws EntryError when the entry file imports another copy than this one.
 */
export function checkCopy(entry: string): void {
  const own = packageOf(__dirname)?.folder;
  const theirs = resolveFramework(entry);
  if (own === undefined || theirs === undefined || realpathSync(own) === realpathSync(theirs)) return;
  throw new EntryError('FOREIGN_COMMAND', {
    what: 'This command belongs to another copy of daemonry than the one that the entry file imports.',
    facts: { command: own, 'of the entry': theirs },
    fix: 'call the one that is installed with the application: npx daemonry, in its folder.',
  });
}

function resolveFramework(entry: string): string | undefined {
  try {
    return dirname(createRequire(entry).resolve('daemonry/package.json'));
  } catch {
    // An entry may reach the framework through a package of its own; if it reaches none, it creates no application.
    return undefined;
  }
}
