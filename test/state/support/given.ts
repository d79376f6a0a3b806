import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { StateError } from 'daemonry';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The path of a database that is not there yet, in a folder that is not there either. It is removed after the tests. */
export function freshFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-state-'));
  folders.push(folder);
  return join(folder, 'deep/orders.db');
}

/** The code of the error that `work` rejects with; `kept` if it resolves. */
export const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'kept',
    (error: unknown) => (error instanceof StateError ? error.code : error),
  );
