import { join } from 'node:path';

import type { ConfigurationSchema } from '../../src/configuration/describeConfiguration';
import { givenFolder, resolved, resolvedCleanly } from './given';

const listeners: ConfigurationSchema['listeners'] = [
  { name: 'order_sync', daemon: true, tasks: ['tick', 'compact'] },
  { name: 'web_mount', daemon: false, tasks: [] },
];
const schema = { listeners };

describe('the framework sections', () => {
  it('have defaults', async () => {
    const { framework } = await resolvedCleanly({});

    expect(framework).toEqual({
      startup: { concurrency: 1, rollbackGrace: 10_000 },
      shutdown: { delay: 0, grace: 25_000 },
      plugins: {
        enabled: [],
        disabled: [],
        paths: [],
        onFailure: 'continue',
        identityFile: expect.stringMatching(/\/identity\.md$/) as string,
      },
      logging: { level: 'info', format: 'auto', levels: {} },
      state: { directory: expect.stringMatching(/\/state$/) as string, instance: '' },
      history: false,
      ledger: { runsPerTask: 100 },
      watchdog: false,
    });
  });

  it('are merged key by key, the highest layer first', async () => {
    const directory = givenFolder({
      'default.yaml': 'shutdown: {delay: 1s, grace: 1m}\nstartup: {concurrency: 2}',
      'production.yaml': 'shutdown: {delay: 2s}\nledger: {runsPerTask: 5}',
    });
    const { framework, values } = await resolvedCleanly({
      directory,
      env: {
        DAEMONRY_ENV: 'production',
        DAEMONRY__LEDGER__RUNS_PER_TASK: '7',
        DAEMONRY__STARTUP__ROLLBACK_GRACE: '500',
      },
      sources: [{ name: 'vault', load: () => ({ 'ledger.runsPerTask': 6, logging: { level: 'debug' } }) }],
      values: { 'startup.concurrency': 8, 'plugins.enabled': ['marvin'] },
    });

    expect(framework).toMatchObject({
      shutdown: { delay: 2_000, grace: 60_000 },
      startup: { concurrency: 8, rollbackGrace: 500 },
      ledger: { runsPerTask: 7 },
      logging: { level: 'debug' },
    });
    const origins = Object.fromEntries(values.map(({ path, origin }) => [path, origin]));
    expect(origins).toEqual({
      'startup.concurrency': 'values',
      'startup.rollbackGrace': 'DAEMONRY__STARTUP__ROLLBACK_GRACE',
      'shutdown.delay': join(directory, 'production.yaml'),
      'shutdown.grace': join(directory, 'default.yaml'),
      'plugins.enabled': 'values',
      'plugins.disabled': 'default',
      'plugins.paths': 'default',
      'plugins.onFailure': 'default',
      'plugins.identityFile': 'default',
      'logging.level': 'vault',
      'logging.format': 'default',
      'state.directory': 'default',
      'state.instance': 'default',
      'ledger.runsPerTask': 'DAEMONRY__LEDGER__RUNS_PER_TASK',
      history: 'default',
      watchdog: 'default',
    });
  });

  it.each([
    ['startup.concurrency', 0],
    ['startup.concurrency', 1_001],
    ['startup.concurrency', 1.5],
    ['startup.concurrency', '2'],
    ['startup.rollbackGrace', '10'],
    ['shutdown.delay', -1],
    ['shutdown.grace', 'soon'],
    ['shutdown.grace', `${'9'.repeat(400)}d`],
    ['plugins.enabled', [1]],
    ['plugins.onFailure', 'ignore'],
    ['logging.level', 'verbose'],
    ['logging.format', true],
    ['logging.levels.order_sync', 'loud'],
    ['state.directory', ''],
    ['state.directory', { a: 1 }],
    ['ledger.runsPerTask', 100_001],
    ['ledger.runsPerTask', [1]],
    ['history', 'on'],
    ['history.keep', '1s'],
    ['history.rowsPerTask', 0],
    ['history.flush', 'soon'],
    ['watchdog', 'on'],
    ['watchdog', 2_000],
    ['watchdog.after', '1ms'],
    ['watchdog.stack', 'yes'],
    ['watchdog.port', 0],
    ['watchdog.port', 65_536],
    ['watchdog.systemd', true],
  ])('refuse %s: %j, naming path, value and origin', async (path, value) => {
    const { problems } = await resolved({ values: { [path]: value } }, schema);

    expect(problems).toMatchObject([
      {
        code: 'CONFIG_INVALID_VALUE',
        what: `The configured value of "${path}" does not fit.`,
        facts: { from: 'values' },
      },
    ]);
  });

  it('fall back to their default where a value does not fit, so that the rest is still checked', async () => {
    const { configuration, problems } = await resolved({
      values: { ledger: { runsPerTask: -1 }, startup: { concurrency: 'x' } },
    });

    expect(problems).toHaveLength(2);
    expect(configuration.framework.ledger.runsPerTask).toBe(100);
  });

  it('set the level of single listeners by name', async () => {
    const { framework } = await resolvedCleanly({ values: { 'logging.levels.order_sync': 'debug' } }, schema);

    expect(framework.logging.levels).toEqual({ order_sync: 'debug' });
  });

  it('keep an absolute state directory, and resolve a relative one from the base directory', async () => {
    const absolute = await resolvedCleanly({ values: { 'state.directory': '/var/lib/x' } });
    const relative = await resolvedCleanly({ values: { 'state.directory': 'data/x' } });

    expect(absolute.framework.state.directory).toBe('/var/lib/x');
    expect(relative.framework.state.directory).toMatch(/^\/.*\/data\/x$/);
  });

  it('are passed over where a key was left empty', async () => {
    const directory = givenFolder({
      'default.yaml': 'shutdown:\nstartup:\n  concurrency:\nlisteners:\n  order_sync:\n',
    });

    expect((await resolvedCleanly({ directory }, schema)).framework.startup.concurrency).toBe(1);
  });

  it('keep what is below where a higher layer leaves a key empty', async () => {
    const directory = givenFolder({
      'default.yaml': 'startup: {concurrency: 4}',
      'development.yaml': 'startup:\n  concurrency:',
    });

    expect((await resolvedCleanly({ directory }, schema)).framework.startup.concurrency).toBe(4);
  });
});

describe('the section "history"', () => {
  const DEFAULTS = { keep: 30 * 86_400_000, rowsPerTask: 10_000, flush: 250 };

  it.each<[string, Readonly<Record<string, unknown>>, object | false]>([
    ['true', { history: true }, DEFAULTS],
    ['an empty mapping', { history: {} }, DEFAULTS],
    ['one of its keys', { history: { rowsPerTask: 5 } }, { ...DEFAULTS, rowsPerTask: 5 }],
    ['false', { history: false }, false],
  ])('is decided by %s', async (_what, values, expected) => {
    expect((await resolvedCleanly({ values })).framework.history).toEqual(expected);
  });

  it('keeps runs for a minute at least, and the example of the error does so too', async () => {
    const { problems } = await resolved({ values: { history: { keep: '5s' } } });

    expect(problems).toMatchObject([{ fix: "give a duration of at least 1m, such as '30d'." }]);
  });
});

describe('the section "watchdog"', () => {
  const DEFAULTS = {
    after: 2_000,
    stack: true,
    port: undefined,
    host: '127.0.0.1',
    abortAfter: undefined,
    systemd: 'auto',
  };

  it.each([
    ['true', { watchdog: true }, {}],
    ['an empty mapping', { watchdog: {} }, {}],
    ['one of its keys', { watchdog: { abortAfter: '1m' } }, { abortAfter: 60_000 }],
  ])('is switched on by %s, with its defaults', async (_, values, decided) => {
    const { framework } = await resolvedCleanly({ values });

    expect(framework.watchdog).toEqual({ ...DEFAULTS, ...decided });
  });

  it('is switched off by an operator, and on, whatever the file says', async () => {
    const on = givenFolder({ 'default.yaml': 'watchdog: {port: 9120}' });
    const off = givenFolder({ 'default.yaml': 'watchdog: false' });

    const first = await resolvedCleanly({ directory: on, env: { DAEMONRY__WATCHDOG: 'false' } });
    const second = await resolvedCleanly({ directory: off, env: { DAEMONRY__WATCHDOG__AFTER: '5s' } });
    const third = await resolvedCleanly({ directory: off, env: { DAEMONRY__WATCHDOG: 'true' } });

    expect(first.framework.watchdog).toBe(false);
    expect(first.values).toContainEqual({ path: 'watchdog', value: false, origin: 'DAEMONRY__WATCHDOG' });
    expect(second.framework.watchdog).toEqual({ ...DEFAULTS, after: 5_000 });
    expect(third.framework.watchdog).toEqual(DEFAULTS);
  });

  it('refuses to end the process before it has said who holds it up', async () => {
    const { problems } = await resolved({ values: { watchdog: { after: '2s', abortAfter: '2s' } } });

    expect(problems).toMatchObject([{ code: 'CONFIG_INVALID_VALUE', facts: { abortAfter: '2s', after: '2s' } }]);
  });
});
