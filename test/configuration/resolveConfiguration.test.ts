import type { ConfigurationSchema } from '../../src/configuration/describeConfiguration';
import { codesOf, resolved, resolvedCleanly } from './given';

const listeners: ConfigurationSchema['listeners'] = [
  { name: 'order_sync', daemon: true, tasks: ['tick', 'compact'] },
  { name: 'web_mount', daemon: false, tasks: [] },
];
const schema = { listeners };

describe('a key that nobody knows', () => {
  it.each([
    ['shutdwon.grace', 'Did you mean "shutdown"?'],
    ['shutdown.grase', 'Did you mean "grace"?'],
    ['listeners.order_snc.enabled', 'Did you mean "order_sync"?'],
    ['listeners.order_sync.tick_timeout', 'Did you mean "tickTimeout"?'],
    ['listeners.order_sync.tasks.compat.interval', 'Did you mean "compact"?'],
    ['listeners.order_sync.tasks.compact.intervall', 'Did you mean "interval"?'],
    ['logging.levels.web_mont', 'Did you mean "web_mount"?'],
    ['zzzzzzzzzzzz', 'is not a section of this application.'],
  ])('is refused: %s', async (path, expected) => {
    const { problems } = await resolved({ values: { [path]: 1 } }, schema);

    expect(codesOf(problems)).toEqual(['CONFIG_UNKNOWN_KEY']);
    expect(problems[0]?.what).toContain(expected);
    expect(problems[0]?.facts).toMatchObject({ from: 'values' });
  });

  it('is as if it were not there where it is left empty', async () => {
    const values = { slack: null, listeners: { order_snc: null, order_sync: { intervall: null } } };

    await resolvedCleanly({ values }, schema);
  });

  it('is refused in an environment variable, with the nearest one', async () => {
    const env = { DAEMONRY__SHUTDOWN__GRASE: '1s', DAEMONRY__LISTNERS__ORDER_SYNC__ENABLED: 'true', DAEMONRY__: 'x' };
    const { problems } = await resolved({ env }, schema);

    expect(problems.map(({ code, what }) => [code, what])).toEqual([
      [
        'CONFIG_UNKNOWN_KEY',
        'The environment variable DAEMONRY__SHUTDOWN__GRASE matches no known key. Did you mean "DAEMONRY__SHUTDOWN__GRACE"?',
      ],
      ['CONFIG_UNKNOWN_KEY', 'The environment variable DAEMONRY__ matches no known key.'],
      [
        'CONFIG_UNKNOWN_KEY',
        'The environment variable DAEMONRY__LISTNERS__ORDER_SYNC__ENABLED matches no known key. Did you mean "DAEMONRY__LISTENERS__ORDER_SYNC__ENABLED"?',
      ],
    ]);
  });

  it.each(['DAEMONRY__SHUTDOWN__GRACE__MS', 'DAEMONRY__shut_down__grace__0__X'])(
    'is refused below a value, which is offered, and not the same name once more: %s',
    async (name) => {
      const { problems } = await resolved({ env: { [name]: '1s' } }, schema);

      expect(problems[0]?.what).toMatch(/matches no known key\. Did you mean "DAEMONRY__SHUT_?DOWN__GRACE"\?$/i);
    },
  );

  it('says that a dotted path works at the top level only', async () => {
    const { problems } = await resolved({ values: { listeners: { 'order_sync.interval': '1m' } } }, schema);

    expect(problems[0]?.what).toContain('A dotted path works at the top level only.');
  });
});

describe('what is not supported', () => {
  it.each([['errors.sink', 'x']])('is refused, not ignored: %s', async (path, value) => {
    expect(codesOf((await resolved({ values: { [path]: value } }, schema)).problems)).toEqual(['CONFIG_UNSUPPORTED']);
  });

  it('is refused in the environment as well', async () => {
    const { problems } = await resolved({ env: { DAEMONRY__ERRORS: '{}' } }, schema);

    expect(codesOf(problems).sort()).toEqual(['CONFIG_UNSUPPORTED']);
  });
});

describe('the options of a listener', () => {
  it('are handed on with their origins, tasks apart', async () => {
    const configuration = await resolvedCleanly(
      {
        values: {
          listeners: { order_sync: { interval: '1m', tags: ['a'], tasks: { compact: { cron: '0 3 * * *' } } } },
        },
      },
      schema,
    );
    const options = configuration.listeners.get('order_sync');

    expect(options?.options).toEqual(
      new Map<string, unknown>([
        ['interval', { value: '1m', origin: 'values' }],
        ['tags', { value: ['a'], origin: 'values' }],
      ]),
    );
    expect(options?.tasks.get('compact')).toEqual(new Map([['cron', { value: '0 3 * * *', origin: 'values' }]]));
    expect(configuration.listeners.has('web_mount')).toBe(false);
  });

  it.each(['name', 'dependsOn', 'wants'])('do not include %s, which is the author’s', async (option) => {
    const { problems } = await resolved({ values: { [`listeners.order_sync.${option}`]: 'x' } }, schema);

    expect(problems).toMatchObject([
      { code: 'CONFIG_UNKNOWN_KEY', what: expect.stringContaining('for the author to say') as string },
    ]);
  });

  it.each(['interval', 'tags', 'fatalOnStartupFailure', 'tasks'])(
    'of a @Listener do not include %s',
    async (option) => {
      const { problems } = await resolved({ values: { [`listeners.web_mount.${option}`]: 'x' } }, schema);

      expect(problems).toMatchObject([
        { code: 'CONFIG_UNKNOWN_KEY', what: expect.stringContaining('no background daemon') as string },
      ]);
    },
  );

  it.each(['enabled', 'startupTimeout', 'fatalOnStartupFailure', 'name'])(
    'of a task do not include %s',
    async (option) => {
      const { problems } = await resolved({ values: { [`listeners.order_sync.tasks.tick.${option}`]: 'x' } }, schema);

      expect(problems).toMatchObject([
        { code: 'CONFIG_UNKNOWN_KEY', what: expect.stringContaining('no option of a single task') as string },
      ]);
    },
  );

  it.each([
    ['listeners', 'x'],
    ['listeners', ['order_sync']],
    ['listeners.order_sync', true],
    ['listeners.order_sync.tasks', '1m'],
    ['listeners.order_sync.tasks.tick', '1m'],
    ['shutdown', '10s'],
  ])('have to stand in a mapping: %s: %j', async (path, value) => {
    const { problems } = await resolved({ values: { [path]: value } }, schema);

    expect(problems).toMatchObject([
      { code: 'CONFIG_INVALID_VALUE', what: `The configured value of "${path}" is not a mapping.` },
    ]);
  });
});

describe('the schedule of a listener in several layers', () => {
  const scheduleOf = async (lower: object, upper: object, path = 'listeners.order_sync') => {
    const sources = [{ name: 'lower', load: () => ({ [path]: lower }) }];
    const { listeners: found } = await resolvedCleanly({ sources, values: { [path]: upper } }, schema);
    const options = path.endsWith('compact')
      ? found.get('order_sync')?.tasks.get('compact')
      : found.get('order_sync')?.options;
    return Object.fromEntries([...(options ?? [])].map(([option, { value }]) => [option, value]));
  };

  it.each(['listeners.order_sync', 'listeners.order_sync.tasks.compact'])(
    'is replaced as a whole at %s',
    async (path) => {
      expect(
        await scheduleOf({ interval: '1m', mode: 'fixed-delay', overlap: 'allow' }, { cron: '* * * * *' }, path),
      ).toEqual({
        cron: '* * * * *',
        overlap: 'allow',
      });
      expect(await scheduleOf({ cron: '* * * * *', timeZone: 'Europe/Paris' }, { interval: '1m' }, path)).toEqual({
        interval: '1m',
      });
      expect(await scheduleOf({ cron: '* * * * *' }, { interval: 'off' }, path)).toEqual({ interval: 'off' });
    },
  );

  it('keeps a pattern under a time zone, and an interval under its mode', async () => {
    expect(await scheduleOf({ cron: '* * * * *' }, { timeZone: 'Europe/Paris' })).toEqual({
      cron: '* * * * *',
      timeZone: 'Europe/Paris',
    });
    expect(await scheduleOf({ interval: '1m' }, { mode: 'fixed-delay' })).toEqual({
      interval: '1m',
      mode: 'fixed-delay',
    });
  });

  it('does not mix those of the class and of a task', async () => {
    expect(await scheduleOf({ interval: '1m' }, { tasks: { compact: { cron: '* * * * *' } } })).toEqual({
      interval: '1m',
    });
  });

  it('is refused when one layer gives both, also when that layer is the environment', async () => {
    const { problems } = await resolved(
      {
        values: { 'listeners.order_sync': { interval: '1m', cron: '* * * * *' } },
        env: {
          DAEMONRY__LISTENERS__ORDER_SYNC__TASKS__COMPACT__CRON: '* * * * *',
          DAEMONRY__LISTENERS__ORDER_SYNC__TASKS__COMPACT__INTERVAL: '1m',
        },
      },
      schema,
    );

    expect(codesOf(problems)).toEqual(['CONFIG_CONFLICT', 'CONFIG_CONFLICT']);
    expect(problems[0]?.facts).toEqual({
      interval: 'DAEMONRY__LISTENERS__ORDER_SYNC__TASKS__COMPACT__INTERVAL',
      cron: 'DAEMONRY__LISTENERS__ORDER_SYNC__TASKS__COMPACT__CRON',
    });
  });
});
