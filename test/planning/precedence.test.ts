import { join } from 'node:path';

import { BackgroundDaemon } from '../../decorators/listeners';
import { createApplication } from '../../src/application/createApplication';
import type { BootPlan } from '../../src/contracts/BootPlan';
import type { ConfigOptions } from '../../src/contracts/configuration';
import { givenFolder } from '../configuration/given';

/** The plan of one daemon with these options, written as JavaScript may write them. */
async function planOfDaemon(options: object, config: ConfigOptions = {}): Promise<BootPlan> {
  @((BackgroundDaemon as (options: object) => ClassDecorator)({ name: 'subject', ...options }))
  class Subject {
    tick(): void {}
  }
  const app = await createApplication({
    name: 'precedence',
    listeners: [Subject],
    config: { directory: false, env: false, ...config },
    logger: { log: () => undefined },
  });
  return app.plan;
}

const MOMENT = /^\d{4}-/;

describe('an option in the plan', () => {
  const listener = (plan: BootPlan) => plan.listeners[0];
  const task = (plan: BootPlan) => plan.listeners[0]?.tasks[0];
  const interval = { interval: '5m' };

  it.each([
    ['startupTimeout', {}, 30_000, '5s', 5_000, '6s', 6_000, (plan: BootPlan) => listener(plan)?.startupTimeoutMs],
    ['shutdownTimeout', {}, 10_000, '5s', 5_000, '6s', 6_000, (plan: BootPlan) => listener(plan)?.shutdownTimeoutMs],
    [
      'fatalOnStartupFailure',
      {},
      false,
      true,
      true,
      false,
      false,
      (plan: BootPlan) => listener(plan)?.fatalOnStartupFailure,
    ],
    ['tags', {}, [], ['a'], ['a'], ['b'], ['b'], (plan: BootPlan) => listener(plan)?.tags],
    ['tickTimeout', interval, 300_000, '5s', 5_000, '6s', 6_000, (plan: BootPlan) => task(plan)?.tickTimeoutMs],
    ['drainTimeout', interval, 0, '5s', 5_000, '6s', 6_000, (plan: BootPlan) => task(plan)?.drainTimeoutMs],
    ['overlap', interval, 'skip', 'allow', 'allow', 'queue-one', 'queue-one', (plan: BootPlan) => task(plan)?.overlap],
    ['misfire', interval, 'skip', 'run-once', 'run-once', 'skip', 'skip', (plan: BootPlan) => task(plan)?.misfire],
    ['jitter', interval, 'none', '10%', '10%', '2s', '2s', (plan: BootPlan) => task(plan)?.jitter],
    [
      'mode',
      interval,
      'every 5m',
      'fixed-delay',
      'every 5m after the last run',
      'fixed-rate',
      'every 5m',
      (plan: BootPlan) => task(plan)?.schedule,
    ],
    [
      'timeZone',
      { cron: '0 3 * * *' },
      'cron 0 3 * * * (UTC)',
      'Europe/Paris',
      'cron 0 3 * * * (Europe/Paris)',
      'Asia/Tokyo',
      'cron 0 3 * * * (Asia/Tokyo)',
      (plan: BootPlan) => task(plan)?.schedule,
    ],
    ['interval', {}, 'manual', '1m', 'every 1m', '2m', 'every 2m', (plan: BootPlan) => task(plan)?.schedule],
  ] as const)(
    'is its default, what the author says, or over that what the operator says: %s',
    async (option, others, fallback, author, byAuthor, operator, byOperator, read) => {
      const originIn = (plan: BootPlan) => ({ ...listener(plan)?.origins, ...task(plan)?.origins })[option];
      const decorated = { ...others, [option]: author };

      const defaulted = await planOfDaemon(others);
      expect([read(defaulted), originIn(defaulted)]).toEqual([fallback, 'default']);

      const authored = await planOfDaemon(decorated);
      expect([read(authored), originIn(authored)]).toEqual([byAuthor, 'decorator']);

      const operated = await planOfDaemon(decorated, { values: { [`listeners.subject.${option}`]: operator } });
      expect([read(operated), originIn(operated)]).toEqual([byOperator, 'values']);
    },
  );

  it('is one full interval from the boot to the first due moment, unless an initial delay is given', async () => {
    const firstIn = async (options: object, values: object = {}) => {
      const before = Date.now();
      const due = task(await planOfDaemon(options, { values: { 'listeners.subject': values } }))?.nextDue[0];
      expect(due).toMatch(MOMENT);
      return Math.round((Date.parse(due ?? '') - before) / 60_000);
    };

    expect(await firstIn({ interval: '1h' })).toBe(60);
    expect(await firstIn({ interval: '1h', initialDelay: '2m' })).toBe(2);
    expect(await firstIn({ interval: '1h', initialDelay: '2m' }, { initialDelay: '3m' })).toBe(3);
  });

  it('comes from the highest layer that gives it', async () => {
    const directory = givenFolder({
      'default.yaml':
        'listeners: { subject: { interval: 1m, tickTimeout: 1s, startupTimeout: 1s, shutdownTimeout: 1s } }',
      'development.yaml':
        'listeners: { subject: { interval: 2m, tickTimeout: 2s, startupTimeout: 2s, overlap: allow } }',
    });
    const sources = [{ name: 'vault', load: () => ({ 'listeners.subject': { interval: '3m', tickTimeout: '3s' } }) }];
    const env = { DAEMONRY__LISTENERS__SUBJECT__INTERVAL: '4m', DAEMONRY__LISTENERS__SUBJECT__JITTER: '4s' };
    const values = { 'listeners.subject.interval': '5m' };
    const plan = await planOfDaemon({ interval: '9m', drainTimeout: '9s' }, { directory, sources, env, values });

    expect({ ...listener(plan)?.origins, ...task(plan)?.origins }).toMatchObject({
      interval: 'values',
      jitter: 'DAEMONRY__LISTENERS__SUBJECT__JITTER',
      tickTimeout: 'vault',
      startupTimeout: join(directory, 'development.yaml'),
      overlap: join(directory, 'development.yaml'),
      shutdownTimeout: join(directory, 'default.yaml'),
      drainTimeout: 'decorator',
      misfire: 'default',
    });
    expect(task(plan)).toMatchObject({ schedule: 'every 5m', tickTimeoutMs: 3_000, overlap: 'allow', jitter: '4s' });
  });
});
