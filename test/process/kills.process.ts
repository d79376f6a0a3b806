import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { bundleEntry } from './support/bundleEntry';

const ROOT = resolve(__dirname, '../..');
/** `KILLS=200 npm run test:process -- kills` for as many as one likes. */
const KILLS = Number(process.env['KILLS'] ?? 25);
const EVERY_MS = 200;

// Each life takes a boot and a second; a busy machine takes seconds to boot.
jest.setTimeout(60_000 + KILLS * 10_000);

interface Line {
  readonly pid: string;
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

describe(`A process that is killed ${KILLS} times with kill -9, at any moment`, () => {
  let directory: string;
  let entry: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kills-'));
    entry = bundleEntry(directory, 'killed');
  });

  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const start = (): ChildProcess =>
    spawn(process.execPath, [entry], {
      cwd: directory,
      env: {
        ...process.env,
        JOURNAL: join(directory, 'journal'),
        NODE_ENV: 'test-kills',
        DAEMONRY_ENV: '',
        DAEMONRY__STATE__DIRECTORY: join(directory, 'state'),
        // The driver, which is not part of the bundle.
        NODE_PATH: join(ROOT, 'node_modules'),
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });

  const journal = (): Line[] => {
    const file = join(directory, 'journal');
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([pid = '', word = '', from, to]) => ({ pid, word, from: Number(from), to: Number(to) }));
  };

  const pause = (ms: number): Promise<void> => new Promise((wake) => void setTimeout(wake, ms));

  it('loses no due moment, counts none twice but the last of a life, and leaves nothing behind', async () => {
    const first = start();
    const began = Date.now();
    while (journal().length === 0) await pause(5);
    const bootMs = Date.now() - began;
    first.kill('SIGKILL');
    await once(first, 'exit');

    for (let kill = 1; kill < KILLS; kill++) {
      const life = start();
      // From half of a boot to some runs.
      await pause(bootMs / 2 + ((kill * 0.618) % 1) * (bootMs + 800));
      life.kill('SIGKILL');
      await once(life, 'exit');
    }
    const last = start();
    await pause(bootMs * 2 + 1_000);
    last.kill('SIGTERM');
    expect(await once(last, 'exit')).toEqual([0, null]);

    const { lost, again, lives, moments } = judge(journal());
    console.info(
      `${KILLS} kills: ${lives} lives with runs, ${moments} lines, ${again.length} again, ${lost.length} lost`,
    );
    expect(lost).toEqual([]);
    // The last run of a life, which was being saved; two, where the disk takes longer than the interval.
    expect(Math.max(0, ...again)).toBeLessThanOrEqual(2);
    expect(again.length).toBeLessThanOrEqual(Math.ceil(KILLS / 4));
    const files = readdirSync(join(directory, 'state')).filter((name) => !/^killed\.db(-wal|-shm)?$/.test(name));
    expect(files).toEqual(['killed.lock.db']);
  });
});

interface Verdict {
  readonly lives: number;
  readonly moments: number;
  /** Pairs of lines between which a due moment has no line. */
  readonly lost: readonly string[];
  /** For each life that begins with due moments that have been run: how many runs of the life before these were. */
  readonly again: readonly number[];
}

/** Goes through the due moments in order: they are 200 ms apart, in all lives. */
function judge(lines: readonly Line[]): Verdict {
  const lost: string[] = [];
  const again: number[] = [];
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    if (before === undefined) continue;
    if (line.from - before.to > EVERY_MS) lost.push(`${JSON.stringify(before)} ${JSON.stringify(line)}`);
    const runs = lines
      .slice(0, index)
      .filter(({ pid, word, from }) => pid === before.pid && word === 'run' && from >= line.from);
    if (runs.length > 0) again.push(before.pid === line.pid ? Infinity : runs.length);
  }
  return { lives: new Set(lines.map(({ pid }) => pid)).size, moments: lines.length, lost, again };
}
