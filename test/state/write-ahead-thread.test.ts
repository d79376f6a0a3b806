import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { WriteAheadLog } from '../../src/state/WriteAheadLog';
import { freshFile } from './support/given';

const MIB = 1_024 * 1_024;

let mockedDriver = '';
jest.mock('../../src/state/driver', () => ({ driverId: () => mockedDriver }));

/** A log whose thread runs that text as the driver of SQLite. */
function givenLog(driver: string) {
  const file = freshFile();
  mkdirSync(dirname(file));
  mockedDriver = join(dirname(file), 'driver.js');
  writeFileSync(mockedDriver, driver);
  const moves: Promise<void>[] = [];
  const told: string[] = [];
  const log = new WriteAheadLog({
    file,
    moveHere: () => void told.push('moved by the loop'),
    alone: (move) => {
      moves.push(move());
      return moves.at(-1) ?? Promise.resolve();
    },
    heldUp: ({ message }) => void told.push(message),
  });
  let size = 0;
  const grow = async (): Promise<void> => {
    writeFileSync(`${file}-wal`, Buffer.alloc((size += 5 * MIB)));
    for (let statement = 0; statement < 16; statement++) log.grown();
    log.look();
    await moves.at(-1);
  };
  return { log, told, grow };
}

describe('The thread that moves the log of a state database', () => {
  it.each([
    ['while it moves', 'exports.DatabaseSync = class { exec() {} prepare() { process.exit(3); } };'],
    ['while it starts', 'process.exit(3);'],
  ])('leaves nothing that waits for ever when it ends without an error %s', async (_, driver) => {
    const { log, told, grow } = givenLog(driver);

    await grow();
    await grow();
    await log.end();

    const reason = 'The thread that moves the log of the state ended with the exit code 3.';
    expect(told).toEqual(['moved by the loop', reason, 'moved by the loop', reason]);
  });

  it('tells nothing of its end when it is ended', async () => {
    const driver = 'exports.DatabaseSync = class { exec() {} prepare() { return { get: () => ({ value: 0 }) }; } };';
    const { log, told, grow } = givenLog(driver);

    await grow();
    await log.end();

    expect(told).toEqual([]);
  });
});
