import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { type ApplicationProcess, type ProcessExit, startProcess } from 'daemonry/testing';

import { givenApplication } from '../cli/support/givenApplication';

// Real processes, and the package has to be built for them.
jest.setTimeout(180_000);

const EXAMPLES = resolve(__dirname, '../../examples/migration');
const TSCONFIG = {
  target: 'ES2022',
  module: 'NodeNext',
  rootDir: '.',
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
};

/** What one process did, by the lines of `examples/migration/shop`. */
class Account {
  readonly lines: readonly string[];

  constructor(readonly exit: ProcessExit) {
    this.lines = [...exit.stdout.matchAll(/^shop: (.*)$/gm)].map(([, line = '']) => line);
  }

  /** What follows a word, such as the orders that were `kept`. */
  of(word: string): string[] {
    return this.lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  }

  pulls(state: 'begins' | 'ends'): string[] {
    return this.lines.filter((line) => new RegExp(`^pull \\d+ ${state}$`).test(line));
  }

  get overlaps(): readonly string[] {
    return this.lines.filter((line) => line.endsWith('pulls at a time'));
  }
}

const KEPT = ['order 1', 'order 3', 'order 4'];

const place = givenApplication({ 'tsconfig.json': JSON.stringify({ compilerOptions: TSCONFIG }) });

function started(entry: string, env: Readonly<Record<string, string>>): ApplicationProcess {
  return startProcess(join(place.folder, entry, 'main.ts'), { cwd: place.folder, env, patienceMs: 60_000 });
}

/** Runs an entry until it has kept three orders and is in the middle of a pull, and stops it then. */
async function stoppedWhileItPulls(entry: string, env: Readonly<Record<string, string>> = {}): Promise<Account> {
  const running = started(entry, env);
  await running.until(() =>
    /kept order 4\n[\s\S]*pull \d+ begins\n(shop: \d pulls at a time\n)?$/.test(running.stdout),
  );
  return new Account(await running.stop());
}

const ranToItsEnd = async (entry: string, env: Readonly<Record<string, string>>): Promise<Account> =>
  new Account(await started(entry, env).untilExit());

beforeAll(() => {
  cpSync(EXAMPLES, place.folder, { recursive: true });
});

const MAIL_IS_DOWN = { MAIL: 'down' };

describe('The migration from NestJS', () => {
  let before: Account;
  let beforeWithoutMail: Account;
  let after: Account;
  beforeAll(async () => {
    [before, beforeWithoutMail, after] = await Promise.all([
      stoppedWhileItPulls('nestjs/before'),
      ranToItsEnd('nestjs/before', MAIL_IS_DOWN),
      stoppedWhileItPulls('nestjs/after', MAIL_IS_DOWN),
    ]);
  });

  it('leaves the work as it was', () => {
    expect(before.of('kept').slice(0, 3)).toEqual(KEPT);
    expect(after.of('kept').slice(0, 3)).toEqual(KEPT);
  });

  it('ends that a slow tick overlaps itself', () => {
    expect(before.overlaps).not.toEqual([]);
    expect(after.overlaps).toEqual([]);
  });

  it('ends that a tick is cut at the stop', () => {
    expect(before.pulls('ends').length).toBeLessThan(before.pulls('begins').length);
    expect(after.pulls('ends')).toHaveLength(after.pulls('begins').length);
    expect(after.lines.at(-1)).toBe('warehouse closed');
    expect(after.exit).toMatchObject({ code: 0, stopOrder: ['order_sync', 'open_warehouse'] });
  });

  it('ends that what failed to start, and what need not, take all the rest along', () => {
    expect(beforeWithoutMail.exit.code).toBe(1);
    expect(beforeWithoutMail.lines).toEqual(['warehouse opened']);
    expect(after.exit.logs).toContainEqual(expect.objectContaining({ code: 0, degraded: true }));
    expect(after.exit.logs).toContainEqual(
      expect.objectContaining({
        listener: 'mail_gateway',
        message: 'Failed to start; the application goes on without it',
      }),
    );
  });

  it('names who failed', () => {
    expect(before.exit.stderr).not.toMatch(/OrderSync]|order_sync/);
    expect(after.exit.logs).toContainEqual(
      expect.objectContaining({ message: 'Run failed', listener: 'order_sync', task: 'tick' }),
    );
  });
});

describe('The migration from timers', () => {
  let before: Account;
  let beforeWithoutMail: Account;
  let after: Account;
  let afterWithoutMail: Account;
  beforeAll(async () => {
    [before, beforeWithoutMail, after, afterWithoutMail] = await Promise.all([
      stoppedWhileItPulls('timers/before'),
      ranToItsEnd('timers/before', MAIL_IS_DOWN),
      stoppedWhileItPulls('timers/after'),
      ranToItsEnd('timers/after', MAIL_IS_DOWN),
    ]);
  });

  it('leaves the work as it was', () => {
    expect(before.of('kept').slice(0, 3)).toEqual(KEPT);
    expect(after.of('kept').slice(0, 3)).toEqual(KEPT);
  });

  it('ends that a slow tick overlaps itself', () => {
    expect(before.overlaps).not.toEqual([]);
    expect(after.overlaps).toEqual([]);
  });

  it('ends that a tick is cut at the stop', () => {
    expect(before.pulls('ends').length).toBeLessThan(before.pulls('begins').length);
    expect(after.pulls('ends')).toHaveLength(after.pulls('begins').length);
    expect(after.exit).toMatchObject({ code: 0, stopOrder: ['order_sync', 'mail_gateway', 'open_warehouse'] });
  });

  it('ends that a crash looks like success', () => {
    expect(beforeWithoutMail.exit).toMatchObject({ code: 0, stderr: expect.stringContaining('crashed') as string });
    expect(afterWithoutMail.exit.code).toBe(1);
    expect(afterWithoutMail.lines).toEqual(['warehouse opened', 'warehouse closed']);
  });
});
