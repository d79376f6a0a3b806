import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { type ApplicationProcess, startProcess } from 'daemonry/testing';

import { bundleEntry } from './support/bundleEntry';

const ROOT = resolve(__dirname, '../..');

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'daemonry-handlers-'));
let entryFile: string;

beforeAll(() => {
  entryFile = bundleEntry(folder, 'ends');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const behave = (behaviour: string): ApplicationProcess =>
  startProcess(entryFile, { cwd: ROOT, env: { BEHAVIOUR: behaviour } });

describe('A process whose handlers of signals somebody removes', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'stops cleanly on %s all the same, and says who did so',
    async (signal) => {
      const entry = behave('unheard');
      const removed =
        'the handlers of the process were removed (subject.tick), and are there again: SIGTERM, SIGINT, SIGHUP';
      await entry.until(() => entry.stderr.includes(removed));

      expect(await entry.stop(signal)).toMatchObject({ code: 0, report: { code: 0, reason: `received ${signal}` } });
    },
  );
});

describe('A process whose handlers somebody removes, of all events', () => {
  it.each([
    'all-unheard',
    'all-unheard-by-the-emitter',
    'removals-unheard',
    'removals-unheard-one-by-one',
    'removals-unheard-by-the-first',
    'removals-unheard-by-the-last',
    'removals-unheard-backwards',
    'each-unheard',
    'each-unheard-twice',
  ])('stops cleanly all the same, however that is done: %s', async (how) => {
    const entry = behave(how);
    await entry.until(() => entry.stderr.includes('SIGTERM'));

    expect(await entry.stop('SIGTERM')).toMatchObject({ code: 0, report: { code: 0 } });
  });

  it.each(['errors-unheard', 'rejections-unheard'])('stops with 1 on an error nobody handles: %s', async (how) => {
    const exit = await behave(how).exit;

    expect(exit).toMatchObject({ code: 1, report: { code: 1 } });
    expect(exit.stdout).toContain('nobody hears of it');
  });
});

describe('A process whose time somebody replaces while it runs', () => {
  it.each(['fakes-time', 'has-no-date', 'throws-dates'])(
    'stops within its limits, also what does not end by itself: %s',
    async (how) => {
      const entry = behave(how);
      await entry.until(() => entry.stdout.includes('done\n'));

      const exit = await entry.stop('SIGTERM');

      expect(exit).toMatchObject({ code: 3, report: { code: 3 } });
      expect(exit.stdout).toContain('The shutdown of');
    },
  );
});

describe('A process whose ticks of Node somebody replaces while it runs', () => {
  it('writes its last lines, and stops at once', async () => {
    const entry = behave('fakes-ticks');
    await entry.until(() => entry.stdout.includes('done\n'));

    const exit = await entry.stop('SIGTERM');

    expect(exit).toMatchObject({ code: 0, stderr: '', report: { code: 0 } });
  });
});

describe('A process whose errors go to others', () => {
  it.each([
    ['a handler that throws', 'handler-throws', 'the handler of a library'],
    ['a monitor that throws', 'monitor-throws', 'the monitor of a library'],
  ])('ends by Node with code 7, and nothing is stopped: %s', async (_, how, words) => {
    const exit = await behave(how).exit;

    expect(exit.code).toBe(7);
    expect(exit.stderr).toContain(`Error: ${words}`);
    expect(exit.stdout).not.toContain('Stopped');
  });

  it('says at its stop that somebody has set a callback that takes them', async () => {
    const entry = behave('captured');
    await entry.until(() => entry.stdout.includes('captured\n'));

    const exit = await entry.stop('SIGTERM');

    expect(exit).toMatchObject({ code: 0, report: { code: 0 } });
    expect(exit.stderr).toContain('somebody has called process.setUncaughtExceptionCaptureCallback');
  });

  it('goes on after an error that a domain takes', async () => {
    const entry = behave('in-a-domain');
    await entry.until(() => entry.stdout.includes('captured\n'));

    expect(await entry.stop('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('ends with 1 when a handler of its end throws', async () => {
    const entry = behave('throws-last');
    await entry.until(() => entry.stdout.includes('"Started in'));

    const exit = await entry.stop('SIGTERM');

    expect(exit).toMatchObject({ code: 1, report: { code: 0 } });
    expect(exit.stderr).toContain('the last error');
  });
});
