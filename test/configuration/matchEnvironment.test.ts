import type { ConfigurationSchema } from '../../src/configuration/describeConfiguration';
import { codesOf, resolved, resolvedCleanly } from './given';

const listeners: ConfigurationSchema['listeners'] = [
  { name: 'order_sync', daemon: true, tasks: ['tick', 'compact'] },
  { name: 'web_mount', daemon: false, tasks: [] },
];
const schema = { listeners };

describe('an environment variable', () => {
  const optionsOf = async (env: Record<string, string>) => {
    const configuration = await resolvedCleanly({ env }, schema);
    const options = configuration.listeners.get('order_sync')?.options ?? new Map<string, never>();
    return Object.fromEntries([...options].map(([option, { value }]) => [option, value]));
  };

  it.each([
    ['INTERVAL', '1m', { interval: '1m' }],
    ['INTERVAL', ' 60000 ', { interval: 60_000 }],
    ['INTERVAL', 'off', { interval: 'off' }],
    ['CRON', '0 3 * * *', { cron: '0 3 * * *' }],
    ['JITTER', '10%', { jitter: '10%' }],
    ['ENABLED', 'FALSE', { enabled: false }],
    ['ENABLED', '1', { enabled: true }],
    ['ENABLED', 'no', { enabled: 'no' }],
    ['TAGS', 'a, b', { tags: ['a', 'b'] }],
    ['TAGS', '["a,b"]', { tags: ['a,b'] }],
    ['TAGS', '', { tags: [] }],
    ['TICK_TIMEOUT', '5s', { tickTimeout: '5s' }],
    ['ticktimeout', '5s', { tickTimeout: '5s' }],
    ['FATAL_ON_STARTUP_FAILURE', 'true', { fatalOnStartupFailure: true }],
  ])('sets an option by its type: %s=%j', async (option, text, expected) => {
    expect(await optionsOf({ [`DAEMONRY__LISTENERS__ORDER_SYNC__${option}`]: text })).toEqual(expected);
    expect(await optionsOf({ [`DAEMONRY__LISTENERS__ORDERSYNC__${option}`]: text })).toEqual(expected);
  });

  it('may hold a whole section as JSON', async () => {
    expect(await optionsOf({ DAEMONRY__LISTENERS: '{"order_sync": {"interval": "1m"}}' })).toEqual({ interval: '1m' });
  });

  it.each(['{"order_sync": ', 'order_sync'])('is refused where a section is not JSON: %s', async (text) => {
    const { problems } = await resolved({ env: { DAEMONRY__LISTENERS: text } }, schema);

    expect(problems).toMatchObject([{ code: 'CONFIG_INVALID_VALUE', facts: { from: 'DAEMONRY__LISTENERS' } }]);
  });

  it('is refused with polluting JSON', async () => {
    const { problems } = await resolved({ env: { DAEMONRY__LISTENERS: '{"__proto__": {"polluted": 1}}' } }, schema);

    expect(codesOf(problems)).toEqual(['CONFIG_FORBIDDEN_KEY']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each(['DAEMONRY__CONSTRUCTOR__X', 'DAEMONRY__LISTENERS__prototype'])(
    'is refused with a forbidden key: %s',
    async (name) => {
      expect(codesOf((await resolved({ env: { [name]: 'x' } }, schema)).problems)).toEqual(['CONFIG_FORBIDDEN_KEY']);
    },
  );

  it('is refused where it goes below a value', async () => {
    const { problems } = await resolved({ env: { DAEMONRY__SHUTDOWN__GRACE__MORE: '1s' } }, schema);

    expect(codesOf(problems)).toEqual(['CONFIG_UNKNOWN_KEY']);
  });

  it('conflicts with another one of the same key', async () => {
    const env = { DAEMONRY__SHUTDOWN__GRACE: '1s', DAEMONRY__SHUTDOWN__gra_ce: '2s' };

    expect((await resolved({ env }, schema)).problems).toMatchObject([
      { code: 'CONFIG_CONFLICT', facts: { first: 'DAEMONRY__SHUTDOWN__GRACE', second: 'DAEMONRY__SHUTDOWN__gra_ce' } },
    ]);
  });

  it('shows its name as the origin of a value that does not fit', async () => {
    const { problems } = await resolved({ env: { DAEMONRY__SHUTDOWN__GRACE: 'soon' } }, schema);

    expect(problems).toMatchObject([{ facts: { value: "'soon'", from: 'DAEMONRY__SHUTDOWN__GRACE' } }]);
  });
});

describe('two known keys that the environment cannot tell apart', () => {
  it('are refused, naming both', async () => {
    const { problems } = await resolved(
      {},
      {
        listeners: [
          { name: 'order_sync', daemon: true, tasks: ['tick', 'clean_up', 'cleanup'] },
          { name: 'ordersync', daemon: true, tasks: [] },
        ],
      },
    );

    expect(codesOf(problems).filter((code) => code !== 'CONFIG_KEY_COLLISION')).toEqual([]);
    const texts = problems.map(({ what }) => what).join('\n');
    expect(texts).toContain('"listeners.order_sync" and "listeners.ordersync"');
    expect(texts).toContain('"listeners.order_sync.tasks.clean_up" and "listeners.order_sync.tasks.cleanup"');
  });
});
