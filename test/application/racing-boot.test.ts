import { ContainerModule } from 'inversify';

import { createTestApplication } from '../../src/testing';
import { BackgroundDaemon, type RunContext, type StartupContext, type TickContext } from '../../src';
import { forever, givenListener, rejectionOf } from '../support/givenListener';

const after = async (microtasks: number): Promise<void> => {
  for (let turn = 0; turn < microtasks; turn++) await Promise.resolve();
};
const UP_TO_TWENTY = Array.from({ length: 20 }, (_, index) => index);

describe('a stop at any moment of the boot', () => {
  it.each(UP_TO_TWENTY)('leaves nothing running, %d microtasks after start()', async (microtasks) => {
    const journal: string[] = [];
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'a'),
        givenListener(journal, 'b', { startup: ({ sleep }) => sleep('1s') }),
        givenListener(journal, 'c', { dependsOn: ['a'], fatal: true }),
        givenListener(journal, 'd', { fatal: true, startup: ({ sleep }) => sleep('1s') }),
      ],
      config: { values: { startup: { concurrency: 2 } } },
    });
    const starting = rejectionOf(app.start());
    await after(microtasks);
    const report = await app.stop('changed my mind');
    expect(await starting).toMatchObject({ name: 'BootCancelledError', reason: 'changed my mind' });
    expect(report.code).toBe(0);
    expect(app.status().state).toBe('stopped');
    const ran = (name: string): boolean => app.journal.includes(`listener.started ${name}`);
    for (const name of ['a', 'b', 'c', 'd']) expect(journal.includes(`${name}.stop`)).toBe(ran(name));
  });
});

describe('a fatal daemon that dies at any moment of the boot', () => {
  it.each(UP_TO_TWENTY)(
    'either fails the boot or stops the application, with code 1: %d microtasks in',
    async (microtasks) => {
      const app = await createTestApplication({
        listeners: [
          givenListener([], 'pump', {
            fatal: true,
            run: async () => {
              await after(microtasks);
              throw new Error('closed');
            },
          }),
        ],
      });
      const failure = await app.run().catch((error: unknown) => error);
      if (failure instanceof Error)
        expect(failure).toMatchObject({ name: 'BootError', phase: 'run', listenerName: 'pump' });
      else expect(failure).toMatchObject({ code: 1, error: { code: 'DAEMON_DIED' } });
      expect(await app.stop()).toMatchObject({ code: 1 });
    },
  );
});

describe('a fatal failure and a stop', () => {
  it('at the same time end the application once: the stop came first, and decides', async () => {
    const journal: string[] = [];
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'a'),
        givenListener(journal, 'slow', { startup: ({ sleep }) => sleep('20s') }),
        givenListener(journal, 'fatal', {
          fatal: true,
          startup: async ({ sleep }) => {
            await sleep('1s');
            void app.stop('at the same time');
            throw new Error('no');
          },
        }),
      ],
      config: { values: { startup: { concurrency: 3 } } },
    });
    const starting = rejectionOf(app.start());
    await app.clock.advance('1s');
    const report = await app.stop();
    expect(await starting).toMatchObject({ name: 'BootCancelledError' });
    expect(report).toMatchObject({ code: 0, reason: 'at the same time' });
    expect(journal.filter((entry) => entry === 'a.stop')).toHaveLength(1);
    expect(app.journal.filter((entry) => entry.startsWith('application.stop'))).toEqual([
      'application.stopping',
      'application.stopped',
    ]);
  });

  it('that comes while the boot rolls back shares its outcome', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'a', { shutdown: ({ sleep }) => sleep('5s') }),
        givenListener([], 'fatal', { fatal: true, failsWith: new Error('no') }),
      ],
    });
    const starting = rejectionOf(app.start());
    await app.clock.advance('1s');
    const stopping = app.stop('too late');
    await app.clock.advance('5s');
    expect(await stopping).toMatchObject({ code: 1, reason: 'the startup of "fatal" failed' });
    expect(await starting).toMatchObject({ name: 'BootError', listenerName: 'fatal' });
    expect(app.status().state).toBe('failed');
  });

  it('of a daemon that dies, not yet aborted, while the application stops makes the exit code 1', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'pump', {
          fatal: true,
          run: async ({ sleep }) => {
            await sleep('2s');
            throw new Error('closed');
          },
        }),
        givenListener([], 'slow', { shutdown: ({ sleep }) => sleep('5s') }),
      ],
    });
    await app.start();
    const stopping = app.stop('done');
    await app.clock.advance('6s');
    expect(await stopping).toMatchObject({ code: 1, reason: 'done', error: { code: 'DAEMON_DIED' } });
  });
});

describe('fail() during a startup', () => {
  it.each([
    ['returns', () => Promise.resolve()],
    ['sleeps on', ({ sleep }: StartupContext) => sleep('1h')],
    ['throws something else', () => Promise.reject(new Error('something else'))],
    ['hangs', forever],
  ])('is the failure, also when the startup %s', async (_how, rest) => {
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'a', {
          fatal: true,
          startup: (context) => {
            context.fail(new Error('declared'));
            return rest(context);
          },
        }),
      ],
      settleMs: 5,
    });
    const starting = rejectionOf(app.start());
    await app.clock.advance('31s').catch(() => undefined);
    expect(await starting).toMatchObject({ name: 'BootError', phase: 'startup', cause: { message: 'declared' } });
  });
});

describe('a startup', () => {
  it('that disables itself and throws has failed', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'a', {
          startup: ({ disable }) => {
            disable('no token');
            throw new Error('and yet it threw');
          },
        }),
      ],
    });
    await app.start();
    expect(app.status().listeners[0]).toMatchObject({
      state: 'startup_failed',
      error: { message: 'and yet it threw' },
    });
    expect(app.status().listeners[0]?.disabledReason).toBeUndefined();
  });

  it('whose factory returns nothing has failed in the phase "construct"', async () => {
    @BackgroundDaemon({ fatalOnStartupFailure: true })
    class Absent {}
    const factory = new ContainerModule(({ bind }) => {
      bind(Absent)
        .toDynamicValue(() => undefined as never)
        .inSingletonScope();
    });
    const app = await createTestApplication({ modules: [factory] });
    expect(await rejectionOf(app.start())).toMatchObject({ phase: 'construct', cause: { code: 'NO_INSTANCE' } });
  });
});

describe('a listener that needs several', () => {
  it('is blocked by the failed one though another is disabled, and names the root', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'off', {
          startup: ({ disable }) => {
            disable('no token');
          },
        }),
        givenListener([], 'db', { failsWith: new Error('refused') }),
        givenListener([], 'store', { dependsOn: ['db'] }),
        givenListener([], 'both', { dependsOn: ['off', 'store'] }),
        givenListener([], 'behind', { dependsOn: ['both'] }),
        givenListener([], 'quiet', { dependsOn: ['off'] }),
        givenListener([], 'quieter', { dependsOn: ['quiet'] }),
      ],
    });
    await app.start();
    expect(app.status().listeners.map(({ name, state, blockedBy }) => [name, state, blockedBy])).toEqual([
      ['off', 'disabled', undefined],
      ['db', 'startup_failed', undefined],
      ['store', 'blocked', 'db'],
      ['both', 'blocked', 'db'],
      ['behind', 'blocked', 'db'],
      ['quiet', 'disabled', undefined],
      ['quieter', 'disabled', undefined],
    ]);
    expect(app.status().listeners.at(-1)?.disabledReason).toBe(
      'it needs "quiet", which is disabled: it needs "off", which is disabled: no token',
    );
  });

  it('and is fatal fails the boot with a cause that has a code, when one disables itself', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'off', {
          startup: ({ disable }) => {
            disable('no token');
          },
        }),
        givenListener([], 'api', { dependsOn: ['off'], mount: true }),
      ],
    });
    expect(await rejectionOf(app.start())).toMatchObject({
      phase: 'blocked',
      blockedBy: 'off',
      cause: { code: 'DISABLED_DEPENDENCY', facts: { reason: 'no token' } },
    });
  });
});

describe('the grace', () => {
  it('that a deaf tick used up in the drain leaves its listener one second, and the rest as well', async () => {
    const journal: string[] = [];
    @BackgroundDaemon({ interval: '1s', drainTimeout: '1h', shutdownTimeout: '2h', tickTimeout: '1d' })
    class Deaf {
      tick(_context: TickContext): Promise<void> {
        return forever();
      }
      shutdown(): Promise<void> {
        journal.push('deaf.stop');
        return forever();
      }
    }
    const app = await createTestApplication({ listeners: [givenListener(journal, 'a'), Deaf], settleMs: 5 });
    await app.start();
    await app.clock.advance('1s');
    const began = app.clock.now();
    const stopping = app.stop().then((report) => ({ report, took: app.clock.now() - began }));
    await app.clock.advance('25s');
    expect(journal).toEqual(['a.start', 'deaf.stop', 'a.stop']);
    await app.clock.advance('5s').catch(() => undefined);
    const { report, took } = await stopping;
    expect(took).toBe(26_000);
    expect(report).toMatchObject({
      code: 3,
      listeners: [
        { name: 'a', cut: true },
        { name: 'deaf', cut: true },
      ],
    });
    expect(report.listeners[1]?.error?.message).toContain('ticks');
    expect(app.runs('deaf')[0]).toMatchObject({ outcome: 'cancelled' });
  });

  it('is not spent on a run body that ignores its abort beyond the shutdownTimeout', async () => {
    const journal: string[] = [];
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'a'),
        givenListener(journal, 'deaf', { shutdownTimeout: '2s', run: (_context: RunContext) => forever() }),
      ],
      settleMs: 5,
    });
    await app.start();
    const stopping = app.stop();
    await app.clock.advance('3s').catch(() => undefined);
    const report = await stopping;
    expect(journal).toEqual(['a.start', 'deaf.start', 'deaf.stop', 'a.stop']);
    expect(report).toMatchObject({ code: 3, listeners: [{ state: 'stopped' }, { state: 'shutdown_failed' }] });
    expect(report.listeners[1]?.error?.message).toContain('run');
  });
});
