import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type ApplicationProcess, type ProcessOptions, startProcess } from 'daemonry/testing';

import { startedProcesses } from '../../../src/testing/process/startProcess';
import { rejectionOf } from '../../support/givenListener';
import { startEntry } from '../../support/startEntry';

jest.setTimeout(30_000);

const TALKER = join(__dirname, 'entries/talker.js');

/** A process that writes these lines; without an `exit:` among them it stays. */
const talk = (lines: readonly unknown[], options: ProcessOptions = {}): ApplicationProcess =>
  startProcess(TALKER, { args: [JSON.stringify(lines)], ...options });

const STARTED = { message: 'Started in 8ms' };

describe('A process of its own', () => {
  it('is ready once its log says that the boot is decided, not when one listener has started', async () => {
    const app = talk([{ message: 'Started in 1ms', listener: 'a' }, 'no log line', { no: 'entry' }, STARTED]);

    await app.untilReady();

    expect(app.logs.map(({ message, listener }) => [listener, message])).toEqual([
      ['a', 'Started in 1ms'],
      [undefined, 'Started in 8ms'],
    ]);
    expect(app.stdout).toContain('no log line');
  });

  it('tells how it ended: code, report, and the listeners in the order in which they started and stopped', async () => {
    const app = talk([
      { message: 'Started in 1ms', listener: 'database' },
      { message: 'Started in 2ms', listener: 'mail' },
      STARTED,
      { message: 'Failed to shut down', listener: 'mail' },
      { message: 'Stopped in 1ms', listener: 'database' },
      { message: 'Stopped with code 3: received SIGTERM' },
      'stderr:one socket is left',
      'exit:3',
    ]);

    expect(await app.exit).toMatchObject({
      code: 3,
      signal: undefined,
      report: { code: 3, reason: 'received SIGTERM' },
      startOrder: ['database', 'mail'],
      stopOrder: ['mail', 'database'],
      stderr: 'one socket is left\n',
    });
  });

  it('can be killed at once: no code, no report', async () => {
    const app = talk([STARTED]);
    await app.untilReady();

    expect(await app.kill()).toMatchObject({ code: undefined, signal: 'SIGKILL', report: undefined });
    expect(await app.kill()).toMatchObject({ signal: 'SIGKILL' });
  });

  it.each([
    ['a text', 'is 4'],
    ['a pattern', /^The answer is \d$/],
    ['a pattern with a memory', /answer/g],
    ['a condition', ({ level }: { level: string }) => level === 'warn'],
  ])('finds an entry by %s, also one that came before', async (_kind, match) => {
    const app = talk([{ message: 'a question' }, { level: 'warn', message: 'The answer is 4' }, STARTED]);
    await app.untilReady();

    expect(await app.untilLog(match)).toMatchObject({ message: 'The answer is 4' });
    expect(await app.untilLog(match)).toMatchObject({ message: 'The answer is 4' });
  });

  it('is told to log as JSON, and not that it runs inside Jest', async () => {
    const lines = [
      'env:DAEMONRY__LOGGING__FORMAT',
      'env:DAEMONRY__LOGGING__LEVEL',
      'env:NODE_ENV',
      'env:MINE',
      'exit:0',
    ];

    const { stdout } = await talk(lines, { env: { MINE: 'yes', DAEMONRY__LOGGING__LEVEL: 'debug' } }).exit;

    expect(stdout.trim().split('\n')).toEqual(['json', 'debug', 'unset', 'yes']);
  });

  it('gets faults from outside, while its entry stays as it is', async () => {
    const { code, stderr } = await startEntry('test/process/entries/main.ts', {
      faults: [{ listener: 'subject', fault: 'failStartup', message: 'disk full' }],
    }).exit;

    expect(code).toBe(1);
    expect(stderr).toContain('disk full');
  });

  it('is asked for a condition until it holds', async () => {
    let asked = 0;

    await talk([STARTED]).until(async () => ++asked === 3);

    expect(asked).toBe(3);
  });
});

describe('A wait for a process', () => {
  it('fails as soon as the process ends, with the last lines that it wrote', async () => {
    const app = talk(['stderr:the port is taken\n    at listen (net.js:1:1)', 'exit:1']);

    const error = await rejectionOf(app.untilReady());

    expect(error).toMatchObject({ name: 'ProcessWaitError', code: 'PROCESS_WAIT_FAILED' });
    expect((error as Error).message).toBe(
      [
        'The process ended with code 1, waiting for the boot to be decided.',
        `  entry: ${TALKER}`,
        '  last lines: ',
        'standard error:',
        '  | the port is taken',
        '  |     at listen (net.js:1:1)',
        'To fix this: read why in the last lines; `exit` resolves however a process ends.',
      ].join('\n'),
    );
  });

  it('fails when patience ends, saying what it waited for', async () => {
    const app = talk([STARTED]);
    await app.untilReady();

    const error = await rejectionOf(app.untilLog(/never/, { patienceMs: 50 }));

    expect((error as Error).message).toContain('50ms have passed, waiting for the log to say /never/.');
    expect((error as Error).message).toContain('"Started in 8ms"');
  });

  it('fails with what its condition throws', async () => {
    const failing = talk([STARTED]).until(() => {
      throw new Error('no such table');
    });

    expect(await rejectionOf(failing)).toMatchObject({ message: 'no such table' });
  });

  it('fails with what its condition for a log entry throws, as soon as an entry comes', async () => {
    const app = talk([STARTED]);
    const refuse = (): boolean => {
      throw new TypeError('no such field');
    };

    await expect(app.untilLog(refuse)).rejects.toThrow(new TypeError('no such field'));
    await app.untilReady();
  });

  it('takes real time, whatever the fake timers of the test say', async () => {
    jest.useFakeTimers();
    try {
      const app = talk([STARTED]);
      let asked = 0;
      await app.until(() => ++asked > 2);
      await expect(app.untilLog('never', { patienceMs: 50 })).rejects.toThrow('50ms have passed');
    } finally {
      jest.useRealTimers();
    }
  });

  it('does not hold the process: one that outlives the stop is told', async () => {
    const app = talk([STARTED]);
    await app.untilReady();

    const error = await rejectionOf(app.stop('SIGWINCH', { patienceMs: 50 }));

    expect((error as Error).message).toContain('waiting for the process to end');
  });
});

describe('An entry file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'entry-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const refusalOf = (start: () => unknown): unknown => {
    try {
      start();
    } catch (error) {
      return error;
    }
    throw new Error('expected it to be refused');
  };

  it('has to be there', () => {
    expect(refusalOf(() => startProcess('main.js', { cwd: folder }))).toMatchObject({
      code: 'PROCESS_ENTRY_UNUSABLE',
      message: expect.stringContaining(join(folder, 'main.js')) as string,
    });
  });

  it('that is TypeScript needs ts-node', () => {
    writeFileSync(join(folder, 'main.ts'), '');

    expect(refusalOf(() => startProcess('main.ts', { cwd: folder }))).toMatchObject({
      code: 'PROCESS_ENTRY_UNUSABLE',
      message: expect.stringContaining('npm install --save-dev ts-node') as string,
    });
  });

  it('is looked for in the working folder, where the process runs as well', async () => {
    writeFileSync(join(folder, 'main.js'), 'console.log(process.cwd())');

    const { code, stdout } = await startProcess('main.js', { cwd: folder }).exit;

    expect({ code, cwd: stdout.trim() }).toEqual({ code: 0, cwd: folder });
  });
});

describe('The processes of a test file', () => {
  it('are known until they have ended, so that the end of the file kills what is left', async () => {
    const app = talk([STARTED]);

    expect(startedProcesses.running.has(app)).toBe(true);
    await app.kill();

    expect(startedProcesses.running.has(app)).toBe(false);
  });
});
