import { taskName } from '../../src/configuration/tree/names';
import { type Given, resolve, source } from './givenListener';

describe('the name of a task', () => {
  it('is its option, or its method in snake_case', () => {
    expect(taskName({ method: 'cleanUpOldOrders', options: {} })).toBe('clean_up_old_orders');
    expect(taskName({ method: 'cleanUp', options: { name: 'tidy' } })).toBe('tidy');
  });

  it('cannot be that of another one, or of the class’s own tick', () => {
    const twice = resolve({ tasks: { cleanUp: {}, tidy: { name: 'clean_up' } } });
    const tick = resolve({ tasks: { compact: { name: 'tick' } } });

    expect([twice.codes, tick.codes]).toEqual([['DUPLICATE_TASK'], ['DUPLICATE_TASK']]);
    expect(tick.problems[0]?.facts).toEqual({ class: source, methods: 'tick, compact' });
  });

  it('has to be a name', () => {
    expect(resolve({ tasks: { compact: { name: 'Compact!' } } }).codes).toEqual(['INVALID_NAME']);
  });
});

describe('the schedule of a task', () => {
  it('is an interval, whose first due moment is one interval away', () => {
    expect(resolve({ options: { interval: '5m' } }).tick?.schedule).toEqual({
      kind: 'interval',
      everyMs: 300_000,
      mode: 'fixed-rate',
      initialDelayMs: 300_000,
    });
  });

  it('is an interval with its mode and first delay', () => {
    expect(resolve({ options: { interval: 10, mode: 'fixed-delay', initialDelay: 0 } }).tick?.schedule).toEqual({
      kind: 'interval',
      everyMs: 10,
      mode: 'fixed-delay',
      initialDelayMs: 0,
    });
  });

  it('is a cron pattern in UTC, or in its time zone', () => {
    const pattern = '0 3 * * *';

    expect(resolve({ options: { cron: pattern } }).tick?.schedule).toEqual({ kind: 'cron', pattern, timeZone: 'UTC' });
    expect(resolve({ options: { cron: pattern, timeZone: 'Europe/Paris' } }).tick?.schedule).toEqual({
      kind: 'cron',
      pattern,
      timeZone: 'Europe/Paris',
    });
  });

  it.each([
    [{ interval: '1m' }, { interval: 'off' }],
    [{ cron: '* * * * *', timeZone: 'Europe/Paris' }, { interval: 'off' }],
    [{ interval: '1m', mode: 'fixed-delay' }, { cron: 'off' }],
  ])('is manual when the operator switches it off: %j under %j', (options, configured) => {
    const { tick, task, problems } = resolve({ options, configured });

    expect(problems).toEqual([]);
    expect(tick?.schedule).toEqual({ kind: 'manual' });
    expect(task('tick')?.origins['interval']).toBe('config/default.yaml');
  });

  it('is replaced by the operator: a pattern for an interval, and the other way round', () => {
    const cron = resolve({ options: { interval: '1m', mode: 'fixed-delay' }, configured: { cron: '* * * * *' } });
    const interval = resolve({
      options: { cron: '* * * * *', timeZone: 'Europe/Paris' },
      configured: { interval: '1m' },
    });

    expect([cron.problems, interval.problems]).toEqual([[], []]);
    expect(cron.tick?.schedule).toEqual({ kind: 'cron', pattern: '* * * * *', timeZone: 'UTC' });
    expect(cron.task('tick')?.origins).toEqual({ cron: 'config/default.yaml' });
    expect(interval.tick?.schedule).toMatchObject({ kind: 'interval', everyMs: 60_000, mode: 'fixed-rate' });
  });

  it('keeps its pattern under another time zone, and its interval under another mode', () => {
    expect(
      resolve({ options: { cron: '* * * * *' }, configured: { timeZone: 'Asia/Tokyo' } }).tick?.schedule,
    ).toMatchObject({
      timeZone: 'Asia/Tokyo',
    });
    expect(resolve({ options: { interval: '1m' }, configured: { mode: 'fixed-delay' } }).tick?.schedule).toMatchObject({
      mode: 'fixed-delay',
    });
  });

  it.each([
    [{ interval: '1m', cron: '* * * * *' }, 'both "interval" and "cron"'],
    [{ cron: '* * * * *', mode: 'fixed-delay' }, '"mode: \'fixed-delay\'" with "cron"'],
    [{ interval: '1m', timeZone: 'UTC' }, '"timeZone" with "interval"'],
  ])('cannot be %j', (options, expected) => {
    const ofClass = resolve({ options });
    const ofTask = resolve({ tasks: { compact: options } });

    expect(ofClass.problems).toMatchObject([
      { code: 'INVALID_SCHEDULE', what: `@BackgroundDaemon of OrderSync gives ${expected}.` },
    ]);
    expect(ofTask.problems).toMatchObject([
      { code: 'INVALID_SCHEDULE', what: `@PeriodicTask of OrderSync.compact gives ${expected}.` },
    ]);
  });

  it.each([
    [{ options: { interval: '1m' }, configured: { timeZone: 'UTC' } }, 'listeners.order_sync.timeZone'],
    [{ options: { cron: '* * * * *' }, configured: { mode: 'fixed-delay' } }, 'listeners.order_sync.mode'],
    [{ configured: { interval: '1m', timeZone: 'UTC' } }, 'listeners.order_sync.timeZone'],
    [
      { options: { interval: '1m' }, configuredTasks: { tick: { timeZone: 'UTC' } } },
      'listeners.order_sync.tasks.tick.timeZone',
    ],
    [
      { tasks: { compact: { cron: '* * * * *' } }, configuredTasks: { compact: { mode: 'fixed-delay' } } },
      'listeners.order_sync.tasks.compact.mode',
    ],
  ])('has no use for what is configured: %j', (given, path) => {
    expect(resolve(given).problems).toMatchObject([
      { code: 'CONFIG_CONFLICT', what: `"${path}" is configured, and has no effect on the schedule there.` },
    ]);
  });

  it('of another task may be what a time zone of the class is configured for', () => {
    const { problems, task } = resolve({
      options: { interval: '1m' },
      tasks: { compact: { cron: '* * * * *' } },
      configured: { timeZone: 'Asia/Tokyo' },
    });

    expect(problems).toEqual([]);
    expect(task('compact')?.schedule).toMatchObject({ timeZone: 'Asia/Tokyo' });
  });

  it('that is inherited cannot be an interval under a time zone of its own', () => {
    expect(resolve({ options: { interval: '1m' }, tasks: { compact: { timeZone: 'UTC' } } }).codes).toEqual([
      'INVALID_SCHEDULE',
    ]);
  });

  it('of the class needs a tick method, or a task that inherits it', () => {
    expect(resolve({ options: { interval: '1m' }, hasTick: false }).codes).toEqual(['INVALID_SCHEDULE']);
    expect(
      resolve({ options: { interval: '1m' }, hasTick: false, tasks: { compact: { cron: '* * * * *' } } }).codes,
    ).toEqual(['INVALID_SCHEDULE']);
    expect(resolve({ options: { interval: '1m' }, hasTick: false, tasks: { compact: {} } }).codes).toEqual([]);
  });

  it('that is configured for the class needs one as well, unless it is off', () => {
    expect(resolve({ hasTick: false, configured: { interval: '1m' } }).codes).toEqual(['CONFIG_CONFLICT']);
    expect(resolve({ hasTick: false, configured: { interval: 'off' } }).codes).toEqual([]);
    expect(resolve({ hasTick: false, configured: { interval: '1m' }, tasks: { compact: {} } }).codes).toEqual([]);
  });
});

describe('the policy of a task', () => {
  it('is taken from the class where the task leaves it out', () => {
    const { task, problems } = resolve({
      options: { interval: '1m', overlap: 'allow', tickTimeout: '1s', jitter: '10%' },
      tasks: { compact: { overlap: 'queue-one', jitter: 0 } },
    });

    expect(problems).toEqual([]);
    expect(task('compact')).toMatchObject({
      schedule: { kind: 'interval', everyMs: 60_000 },
      overlap: 'queue-one',
      tickTimeout: 1_000,
      jitter: { kind: 'none' },
    });
    expect(task('tick')?.jitter).toEqual({ kind: 'percent', percent: 10 });
  });

  it('does not take the mode of an interval of the class for a pattern of its own', () => {
    const { task, problems } = resolve({
      options: { interval: '1m', mode: 'fixed-delay' },
      tasks: { compact: { cron: '* * * * *' } },
    });

    expect(problems).toEqual([]);
    expect(task('compact')?.schedule).toEqual({ kind: 'cron', pattern: '* * * * *', timeZone: 'UTC' });
  });

  it('is decided by its own configuration, its decorator, that of the class, its decorator, in this order', () => {
    const resolveWith = (parts: Given) => resolve({ ...parts }).task('compact');
    const options = { overlap: 'allow' };
    const configured = { overlap: 'queue-one' };
    const own = { compact: { overlap: 'skip' } };

    expect(resolveWith({ options, tasks: { compact: {} } })?.overlap).toBe('allow');
    expect(resolveWith({ options, tasks: { compact: {} }, configured })?.overlap).toBe('queue-one');
    expect(resolveWith({ options, tasks: own, configured })).toMatchObject({
      overlap: 'skip',
      origins: { overlap: 'decorator' },
    });
    expect(
      resolveWith({ options, tasks: own, configured, configuredTasks: { compact: { overlap: 'allow' } } }),
    ).toMatchObject({
      overlap: 'allow',
      origins: { overlap: 'config/default.yaml' },
    });
  });

  it('is decided for the tick under tasks, too', () => {
    const { tick } = resolve({
      options: { interval: '1m' },
      configured: { interval: '2m' },
      configuredTasks: { tick: { interval: '3m' } },
    });

    expect(tick?.schedule).toMatchObject({ everyMs: 180_000 });
  });

  it('lists the tick first, then tasks as they are declared', () => {
    const { tasks } = resolve({ tasks: { zebra: {}, apple: {} } });

    expect(tasks.map(({ name, method }) => [name, method])).toEqual([
      ['tick', 'tick'],
      ['zebra', 'zebra'],
      ['apple', 'apple'],
    ]);
  });

  it.each(['startupTimeout', 'fatalOnStartupFailure', 'dependsOn', 'tags'])(
    'does not include %s of the class',
    (option) => {
      expect(resolve({ tasks: { compact: { [option]: 'x' } } }).problems).toMatchObject([
        {
          code: 'UNKNOWN_OPTION',
          what: `"${option}" is an option of another decorator, not of @PeriodicTask of OrderSync.compact.`,
        },
      ]);
    },
  );

  it.each([
    ['10%', { kind: 'percent', percent: 10 }],
    ['0.5%', { kind: 'percent', percent: 0.5 }],
    ['100%', { kind: 'percent', percent: 100 }],
    ['0%', { kind: 'none' }],
    ['5s', { kind: 'ms', ms: 5_000 }],
    [250, { kind: 'ms', ms: 250 }],
  ])('has the jitter %p', (jitter, expected) => {
    expect(resolve({ options: { interval: '1m', jitter } }).tick?.jitter).toEqual(expected);
  });
});
