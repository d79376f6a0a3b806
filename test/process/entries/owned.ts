import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { BackgroundDaemon, createApplication, runMain } from 'daemonry';

/** Does to the files of its own state what `DOES` says, once, as a careless listener or library would. */
const directory = process.env['STATE'] ?? '';
const does = process.env['DOES'] ?? '';
const file = (name: string): string => join(directory, name);

const DEEDS: Readonly<Record<string, () => void>> = {
  'reads the lock': () => void readFileSync(file('owned.lock.db')),
  'copies the folder': () => {
    for (const name of readdirSync(directory)) copyFileSync(file(name), join(directory, '..', `copy-${name}`));
  },
  'deletes the folder': () => rmSync(directory, { recursive: true }),
  'deletes the database': () => rmSync(file('owned.db')),
  'deletes the log of the database': () => rmSync(file('owned.db-wal')),
  'deletes the lock': () => rmSync(file('owned.lock.db')),
  'deletes the record of the owner': () => rmSync(file('owned.owner.json')),
  'moves the folder': () => {
    renameSync(directory, `${directory}-moved`);
  },
  'replaces the database': () => {
    writeFileSync(file('other.db'), '');
    renameSync(file('other.db'), file('owned.db'));
  },
  'moves the folder and puts it back': () => {
    renameSync(directory, `${directory}-moved`);
    setTimeout(() => renameSync(`${directory}-moved`, directory), 7_000);
  },
};
let isDone = false;

@BackgroundDaemon({ interval: '200ms', misfire: 'run-once' })
class Keeper {
  tick(): void {
    if (isDone) return;
    isDone = true;
    DEEDS[does]?.();
    process.stdout.write('done\n');
  }
}

void runMain(
  () =>
    createApplication({
      name: 'owned',
      listeners: [Keeper],
      config: { directory: false, env: {}, values: { state: { directory } } },
    }),
  { printPlan: false },
);
