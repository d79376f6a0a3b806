import type { ApplicationProcess, ProcessExit } from 'daemonry/testing';

import { startEntry } from '../support/startEntry';

const SECRET = 'hunter2';

// Each test is a process of its own, which has to compile its entry.
jest.setTimeout(60_000);

describe('runMain, as a real process', () => {
  const behave = (behaviour: string): ApplicationProcess =>
    startEntry('test/process/entries/edges.ts', { env: { BEHAVIOUR: behaviour } });

  const untilSaid = (entry: ApplicationProcess, text: string): Promise<void> =>
    entry.until(() => entry.stdout.includes(text));

  const expectNoSecret = ({ stdout, stderr }: ProcessExit): void => {
    expect(stdout + stderr).not.toContain(SECRET);
  };

  it('logs the plan and the exit report as data', async () => {
    const entry = behave('');
    await entry.untilReady();
    const exit = await entry.stop('SIGTERM');
    expect(exit.logs[0]).toMatchObject({
      message: 'The plan',
      plan: { order: ['vault', 'subject'] },
    });
    expect(exit.logs.at(-1)).toMatchObject({
      code: 0,
      reason: 'received SIGTERM',
      listeners: [
        { name: 'vault', state: 'stopped' },
        { name: 'subject', state: 'stopped' },
      ],
    });
    expectNoSecret(exit);
  });

  it('writes them to be read where that is asked for, and ends in well under a second after Ctrl-C', async () => {
    const entry = behave('text');
    await untilSaid(entry, 'Ctrl-C stops it');
    const began = Date.now();
    const exit = await entry.stop('SIGINT');
    expect(Date.now() - began).toBeLessThan(1_000);
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    expect(exit.stdout).toMatch(/^Starting subject: 2 listeners/);
    expect(exit.stdout).toMatch(/\n +\d+m?s {2}subject\n/);
    expect(exit.stdout).toMatch(
      /Stopped with code 0: received SIGINT\n {4}vault +stopped .*\n {4}subject +stopped +started in .*stopped in/,
    );
    expectNoSecret(exit);
  });

  it('tells a fatal startup failure without the secrets in it', async () => {
    const exit = await behave('fatal-startup').exit;
    expect(exit.code).toBe(1);
    expect(exit.stderr).toContain('the port is taken, says [redacted]');
    expectNoSecret(exit);
  });

  it('stops before it has started when the signal comes while the application is created', async () => {
    const entry = behave('slow-creation');
    await untilSaid(entry, 'creating');
    const exit = await entry.stop('SIGTERM');
    expect(exit).toMatchObject({ code: 0, stderr: '', startOrder: [], report: { reason: 'received SIGTERM' } });
  });

  it('ends at once on a second signal while the application is created', async () => {
    const entry = behave('slow-creation');
    await untilSaid(entry, 'creating');
    entry.signal('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await entry.stop('SIGTERM')).code).toBe(143);
  });

  it('exits with 1 after an unhandled rejection while the application is created, and starts nothing', async () => {
    const exit = await behave('rejection-while-creating').exit;
    expect(exit).toMatchObject({ code: 1, startOrder: [] });
    expect(exit.stderr).toContain('nobody awaits the import');
  });

  it('tells all that is behind an error of the creation, which no log has', async () => {
    const exit = await behave('creation-fails').exit;
    expect(exit.code).toBe(1);
    expect(exit.stderr).toMatch(/^Error: the schema cannot be read\n {4}at /);
    expect(exit.stderr).toMatch(/\ncaused by Error: no connection\n {4}at /);
    expect(exit.stderr).toMatch(/\ncaused by AggregateError: no replica answers\n {4}at /);
    expect(exit.stderr).toMatch(/\none of them: Error: replica 1 is down\n {4}at /);
    expect(exit.stderr).toMatch(/\none of them: string: replica 2/);
  });

  it('exits with 1 after an unhandled rejection that comes when everything has stopped, and tells it', async () => {
    const entry = behave('late-rejection');
    await entry.untilReady();
    const exit = await entry.stop('SIGTERM');
    expect(exit.report).toMatchObject({ code: 0 });
    expect(exit.code).toBe(1);
    expect(exit.stderr).toContain('after everything');
    // Where it was made, and why: no log line has it.
    expect(exit.stderr).toMatch(/\n {4}at .*afterEverything .*edges\.ts:/);
    expect(exit.stderr).toMatch(/\ncaused by Error: the pool is gone\n {4}at /);
  });

  it('tells an unhandled rejection that comes during the last flush on stderr, and exits with 1', async () => {
    const entry = behave('rejection-in-flush');
    await entry.untilReady();
    const exit = await entry.stop('SIGTERM');
    expect(exit.code).toBe(1);
    expect(exit.stderr).toContain('lost in the flush');
  });

  it('does not claim that nothing was stopped when process.exit is called by a subscriber of the end', async () => {
    const entry = behave('exit-when-stopped');
    await entry.untilReady();
    const exit = await entry.stop('SIGTERM');
    expect(exit.stderr).toContain('process.exit(0) was called outside every listener after the stop');
    expect(exit.stderr).not.toContain('nothing was stopped');
  });

  it('is told clearly when it is called twice in a process', async () => {
    const exit = await behave('twice').exit;
    expect(exit.code).toBe(1);
    expect(exit.stdout + exit.stderr).toContain('runMain was called a second time in this process');
  });

  it('exits with 1 when it is not given an application, saying what to do', async () => {
    const { code, stderr } = await behave('nothing').exit;
    expect(code).toBe(1);
    expect(stderr).toContain('runMain was not given an application');
    expect(stderr).toContain('To fix this:');
  });
});
