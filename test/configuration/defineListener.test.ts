import { defineListener } from '../../src/configuration/options/defineListener';
import { listenerName } from '../../src/configuration/tree/names';
import { isDaemon } from '../../src/contracts/ListenerDefinition';
import { writeListenerMetadata } from '../../src/contracts/metadata';
import { Problems } from '../../src/errors/Problem';
import { decorated, resolve, source } from './givenListener';

describe('the name of a listener', () => {
  it.each([
    ['OrderSync', 'order_sync'],
    ['OrderSyncListener', 'order_sync'],
    ['OrderSyncDaemon', 'order_sync'],
    ['HTTPServerListener', 'http_server'],
    ['HttpServer2', 'http_server2'],
    ['S3Uploader', 's3_uploader'],
    ['Daemon', 'daemon'],
    ['Listener', 'listener'],
    ['DaemonWatcher', 'daemon_watcher'],
    ['Order_Sync', 'order_sync'],
    ['_OrderSync$', 'order_sync'],
    ['X', 'x'],
  ])('of the class %s is %s', (className, expected) => {
    expect(listenerName(className, { kind: 'daemon', options: {}, location: () => undefined })).toBe(expected);
  });

  it('is the option where it is given', () => {
    expect(resolve({ options: { name: 'orders' } }).listener.name).toBe('orders');
  });

  it.each(['Orders', 'order-sync', 'order__sync', '_orders', '1st', '', 'a b', '../x', 'constructor.x', 'constructor'])(
    'cannot be %j',
    (name) => {
      expect(resolve({ options: { name } }).codes).toEqual(['INVALID_NAME']);
    },
  );

  it.each(['', 'Ünïcode', '123'])('cannot be taken from a class called %j', (className) => {
    expect(resolve({ className }).codes).toEqual(['INVALID_NAME']);
  });

  it('is taken from the class where the option is no text, which is reported', () => {
    const { listener, codes } = resolve({ options: { name: 5 } });

    expect(listener.name).toBe('order_sync');
    expect(codes).toEqual(['INVALID_OPTION']);
  });
});

describe('the options of a daemon', () => {
  it('have defaults', () => {
    const { listener, problems } = resolve({});

    expect(problems).toEqual([]);
    expect(listener.source).toBe(source);
    expect({ ...listener }).toEqual({
      name: 'order_sync',
      id: 'OrderSync',
      edges: [],
      enabled: true,
      startupTimeout: 30_000,
      shutdownTimeout: 10_000,
      fatalOnStartupFailure: false,
      essential: false,
      dependsOn: [],
      wants: [],
      tags: [],
      tasks: [
        {
          name: 'tick',
          method: 'tick',
          schedule: { kind: 'manual' },
          jitter: { kind: 'none' },
          overlap: 'skip',
          misfire: 'skip',
          tickTimeout: 300_000,
          drainTimeout: 0,
          freshness: 'degraded',
          origins: {},
        },
      ],
      origins: {},
    });
  });

  it('are the author’s, and over them the operator’s, with their origins', () => {
    class Store {}
    const options = {
      startupTimeout: '5s',
      shutdownTimeout: 7,
      fatalOnStartupFailure: true,
      tags: ['a'],
      dependsOn: [Store, 'x'],
      wants: ['y'],
    };
    const { listener, problems } = resolve({ options, configured: { startupTimeout: '1m', tags: [] } });

    expect(problems).toEqual([]);
    expect(listener).toMatchObject({
      startupTimeout: 60_000,
      shutdownTimeout: 7,
      fatalOnStartupFailure: true,
      tags: [],
      dependsOn: [Store, 'x'],
      wants: ['y'],
      origins: { startupTimeout: 'config/default.yaml', shutdownTimeout: 'decorator', tags: 'config/default.yaml' },
    });
  });

  it('say by whom it is switched off', () => {
    expect(resolve({ configured: { enabled: false } }).listener).toMatchObject({
      enabled: false,
      origins: { enabled: 'config/default.yaml' },
    });
    expect(resolve({ configured: { enabled: true } }).listener.enabled).toBe(true);
  });

  it('may be undefined one by one', () => {
    expect(resolve({ options: { interval: undefined, name: undefined } }).problems).toEqual([]);
  });

  it.each([
    ['interval', 9],
    ['interval', '5'],
    ['interval', 'off'],
    ['interval', NaN],
    ['interval', Infinity],
    ['interval', null],
    ['interval', `${'9'.repeat(400)}d`],
    ['interval', '1m30s'],
    ['cron', ''],
    ['cron', 5],
    ['timeZone', 'Mars/Base'],
    ['timeZone', 1],
    ['mode', 'fixed'],
    ['initialDelay', -1],
    ['jitter', '101%'],
    ['jitter', '-1%'],
    ['jitter', '10 %'],
    ['jitter', 'some'],
    ['overlap', 'queue'],
    ['overlap', true],
    ['misfire', 'catch-up'],
    ['tickTimeout', 0],
    ['tickTimeout', '0s'],
    ['drainTimeout', 'never'],
    ['startupTimeout', 0],
    ['shutdownTimeout', -5],
    ['fatalOnStartupFailure', 'true'],
    ['tags', 'mail'],
    ['tags', ['']],
    ['tags', [1]],
    ['dependsOn', 'orders'],
    ['dependsOn', [undefined]],
    ['dependsOn', [, 'x']], // eslint-disable-line no-sparse-arrays -- a hole is what is tested.
    ['wants', [{}]],
    ['wants', ['']],
  ])('are refused: %s: %p', (option, value) => {
    const { problems } = resolve({ options: { [option]: value } });

    expect(problems).toMatchObject([
      {
        code: 'INVALID_OPTION',
        what: `The option "${option}" of @BackgroundDaemon of OrderSync does not fit.`,
        facts: { class: source },
      },
    ]);
  });

  it.each([10, '10ms', '30d', 1e15, '0.5s'])('take the interval %p', (interval) => {
    expect(resolve({ options: { interval } }).problems).toEqual([]);
  });

  it('are refused when they are not known, with the nearest one', () => {
    expect(resolve({ options: { intervall: '1m' } }).problems).toMatchObject([
      {
        code: 'UNKNOWN_OPTION',
        what: '"intervall" is not an option of @BackgroundDaemon of OrderSync. Did you mean "interval"?',
      },
    ]);
  });

  it.each([[null], ['x'], [[]], [5]])('are refused when they are no object: %p', (options) => {
    expect(resolve({ options }).codes).toEqual(['INVALID_OPTION']);
  });

  it('cannot reach the prototype of an object', () => {
    const options = JSON.parse('{"__proto__": {"interval": "1m"}, "constructor": 1, "toString": 1}') as object;

    expect(resolve({ options }).codes).toEqual(['UNKNOWN_OPTION', 'UNKNOWN_OPTION', 'UNKNOWN_OPTION']);
  });

  it('of an operator are refused with path, value and origin, and what is below holds', () => {
    const { tick, problems } = resolve({ options: { interval: '5m' }, configured: { interval: '5' } });

    expect(problems).toEqual([
      {
        code: 'CONFIG_INVALID_VALUE',
        what: 'The configured value of "listeners.order_sync.interval" does not fit.',
        facts: { value: "'5'", from: 'config/default.yaml' },
        fix: "give a duration of at least 10ms, such as '30s', or 'off'.",
      },
    ]);
    expect(tick?.schedule).toMatchObject({ everyMs: 300_000 });
  });

  it('ask for the file of the class only when something is wrong', () => {
    const listener = decorated({ options: { interval: '1m' }, tasks: { compact: {} } });
    const asked = jest.fn(() => source);
    writeListenerMetadata(listener.target, { kind: 'daemon', options: { interval: '1m' }, location: asked });

    defineListener(listener, undefined, new Problems());

    expect(asked).not.toHaveBeenCalled();
  });

  it('of an operator are reported once, however many tasks they hold for', () => {
    expect(resolve({ tasks: { compact: {}, tidy: {} }, configured: { overlap: 'x' } }).codes).toEqual([
      'CONFIG_INVALID_VALUE',
    ]);
  });
});

describe('the options of a @Listener', () => {
  it('are timeouts and order; it is fatal by declaration and has no tasks', () => {
    const { listener, problems } = resolve({
      kind: 'listener',
      options: { startupTimeout: 5, wants: ['x'] },
      configured: { enabled: false },
    });

    expect(problems).toEqual([]);
    expect(listener).toMatchObject({
      startupTimeout: 5,
      shutdownTimeout: 10_000,
      wants: ['x'],
      enabled: false,
      tags: [],
    });
    expect(isDaemon(listener)).toBe(false);
  });

  it.each(['interval', 'fatalOnStartupFailure', 'tags', 'overlap'])('do not include %s', (option) => {
    expect(resolve({ kind: 'listener', options: { [option]: 'x' } }).problems).toMatchObject([
      { code: 'UNKNOWN_OPTION', what: `"${option}" is an option of another decorator, not of @Listener of OrderSync.` },
    ]);
  });
});
