import type { ApplicationProcess, ProcessExit } from 'daemonry/testing';

import { startEntry } from '../support/startEntry';

const ENTRY = 'test/process/entries/main.ts';

// Each test is a process of its own, which has to compile its entry.
jest.setTimeout(60_000);

describe('runMain, as a real process', () => {
  const behave = (behaviour: string): ApplicationProcess => startEntry(ENTRY, { env: { BEHAVIOUR: behaviour } });

  async function stopWith(signal: NodeJS.Signals, behaviour = ''): Promise<ProcessExit> {
    const entry = behave(behaviour);
    await entry.untilReady();
    return entry.stop(signal);
  }

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('stops cleanly on %s with code 0', async (signal) => {
    const { code, stderr, report } = await stopWith(signal);
    expect({ code, stderr, report }).toEqual({
      code: 0,
      stderr: '',
      report: { code: 0, reason: `received ${signal}` },
    });
  });

  it('writes the plan and a line per listener, as JSON where it is asked to', async () => {
    const { logs, startOrder, stopOrder } = await stopWith('SIGTERM');
    expect(JSON.stringify(logs[0])).toContain('"order":["subject"]');
    expect({ startOrder, stopOrder }).toEqual({ startOrder: ['subject'], stopOrder: ['subject'] });
  });

  it('stops when a listener asks for it', async () => {
    const { code, stdout } = await behave('done').exit;
    expect(code).toBe(0);
    expect(stdout).toContain('nothing left to do');
  });

  it('exits with 1 after a fatal startup failure, telling the error', async () => {
    const { code, stderr } = await behave('fatal-startup').exit;
    expect(code).toBe(1);
    expect(stderr).toContain('the port is taken');
    expect(stderr).toContain('To fix this:');
  });

  it('exits with 2 when the configuration is invalid, telling all that is wrong', async () => {
    const { code, stderr } = await behave('bad-config').exit;
    expect(code).toBe(2);
    expect(stderr).toContain('2 problems');
    expect(stderr).toContain('loging');
    expect(stderr).toContain('subjec');
  });

  it.each(['rejection', 'exception'])('stops with 1 on an unhandled %s, named after its listener', async (kind) => {
    const { code, stdout } = await behave(kind).exit;
    expect(code).toBe(1);
    expect(stdout).toContain('subject.tick');
  });

  it('stops with 1 when a fatal daemon dies', async () => {
    const { code, stdout } = await behave('death').exit;
    expect(code).toBe(1);
    expect(stdout).toContain('the socket closed');
  });

  it('exits with 3 when a shutdown hangs', async () => {
    const { code } = await stopWith('SIGTERM', 'hang');
    expect(code).toBe(3);
  });

  it('ends at once with 128 + n on a second signal, naming what is in flight', async () => {
    const entry = behave('hang');
    await entry.untilReady();
    entry.signal('SIGTERM');
    await entry.untilLog('received SIGTERM');
    const { code, stderr } = await entry.stop('SIGINT');
    expect(code).toBe(130);
    expect(stderr).toContain('subject (stopping)');
  });

  it('names what holds the process open after the stop, and ends it all the same', async () => {
    const { code, stderr } = await stopWith('SIGTERM', 'leak');
    expect(code).toBe(0);
    expect(stderr).toContain('Timeout');
  });
});
