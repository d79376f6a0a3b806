import {
  BackgroundDaemon,
  type HealthAnswer,
  type HealthContext,
  ListenerLogger,
  PeriodicTask,
  type TickContext,
} from '../../src';
import { createTestApplication } from '../../src/testing';
import { givenListener, rejectionOf } from '../support/givenListener';

describe('triggering', () => {
  @BackgroundDaemon()
  class Two {
    @PeriodicTask({ interval: '1h' })
    compact(): void {}
    @PeriodicTask({ interval: '1h' })
    rotate(): void {}
  }

  @BackgroundDaemon({ interval: '1h' })
  class One {
    constructor(private readonly log: ListenerLogger) {}
    tick({ runId, log }: TickContext): void {
      log.info(`by context ${runId}`);
      this.log.info('by injection');
    }
  }

  it('resolves with the record of the run, and does not move the schedule', async () => {
    const app = await createTestApplication({ listeners: [One] });
    await app.start();
    const before = app.status().listeners[0]?.tasks[0]?.nextRunAt;
    const record = await app.tick('one');
    expect(record).toMatchObject({ listener: 'one', task: 'tick', trigger: 'manual', outcome: 'succeeded' });
    expect(record.tickId).toBe(`one.tick@manual:${record.runId}`);
    expect(app.status().listeners[0]?.tasks[0]?.nextRunAt).toBe(before);
    expect(app.runs('one')).toEqual([record]);
  });

  it('puts listener, task and runId on every line of the run', async () => {
    const app = await createTestApplication({ listeners: [One] });
    await app.start();
    const { runId } = await app.tick('one');
    const lines = app.logs.filter(({ message }) => message.startsWith('by '));
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatchObject({ listener: 'one', task: 'tick', runId });
  });

  it('means the tick, else the only task, else is an error that lists them', async () => {
    const app = await createTestApplication({ listeners: [Two] });
    await app.start();
    const error = await rejectionOf(app.trigger('two'));
    expect(error).toMatchObject({ code: 'AMBIGUOUS_TASK' });
    expect((error as Error).message).toContain('compact, rotate');
    expect(await app.trigger('two', 'rotate')).toMatchObject({ task: 'rotate' });
  });

  it('refuses names that nobody has, with a suggestion', async () => {
    const app = await createTestApplication({ listeners: [Two] });
    await app.start();
    expect(await rejectionOf(app.trigger('to'))).toMatchObject({ code: 'UNKNOWN_LISTENER' });
    expect(await rejectionOf(app.trigger('two', 'rotat'))).toMatchObject({ code: 'UNKNOWN_TASK' });
    expect(() => app.runs('tow')).toThrow(/Did you mean "two"/);
    await expect(app.explain('tow', new Date())).rejects.toThrow(/Did you mean "two"/);
    await expect(app.pause('tow', { reason: 'r', by: 'b' })).rejects.toThrow(/Did you mean "two"/);
  });

  it('is refused before the start and after the stop', async () => {
    const app = await createTestApplication({ listeners: [One] });
    expect(await rejectionOf(app.tick('one'))).toMatchObject({ code: 'NOT_RUNNING' });
    await app.start();
    await app.stop();
    expect(await rejectionOf(app.tick('one'))).toMatchObject({ code: 'NOT_RUNNING' });
  });

  it('ignores a pause, which skips due moments and shows in the status', async () => {
    const app = await createTestApplication({ listeners: [One] });
    await app.start();
    await app.pause('one', { reason: 'migration', by: 'ann' });
    await app.clock.advance('1h');
    expect(app.runs('one')).toMatchObject([{ outcome: 'skipped', reason: 'paused' }]);
    expect((await app.tick('one')).outcome).toBe('succeeded');
    expect(app.status().listeners[0]?.tasks[0]).toMatchObject({
      paused: true,
      pause: { by: 'ann', reason: 'migration' },
    });
    await app.resume('one', { by: 'ann' });
    await app.clock.advance('1h');
    expect(app.runs('one').at(-1)).toMatchObject({ outcome: 'succeeded', trigger: 'schedule' });
    expect(app.journal).toEqual(
      expect.arrayContaining(['operator.paused one', 'operator.resumed one', 'operator.triggered one.tick']),
    );
  });
});

describe('pausing', () => {
  @BackgroundDaemon({ interval: '1h' })
  class Hourly {
    tick(): void {}
  }

  it('refuses tasks and listeners that nobody has, and instants that are none', async () => {
    const app = await createTestApplication({ listeners: [Hourly] });
    const who = { by: 'ann', reason: 'migration' };
    for (const started of [false, true]) {
      if (started) await app.start();
      const attempts: (readonly [Promise<unknown>, RegExp])[] = [
        [app.pause('hourly', { ...who, task: 'tik' }), /Did you mean "tick"/],
        [app.resume('hourly', { task: 'tik' }), /Did you mean "tick"/],
        [app.resume('hurly'), /Did you mean "hourly"/],
        [app.pause('hourly', { ...who, until: 'tomorrow' }), /is not an instant/],
      ];
      for (const [attempt, message] of attempts) await expect(attempt).rejects.toThrow(message);
    }
  });
});

describe('triggering while the application stops', () => {
  @BackgroundDaemon({ interval: '1h' })
  class Hourly {
    tick(): void {}
  }

  it('is refused from the moment the stop is asked for', async () => {
    const app = await createTestApplication({ listeners: [Hourly], config: { values: { shutdown: { delay: '5s' } } } });
    await app.start();
    const stopping = app.stop();
    expect(await rejectionOf(app.trigger('hourly'))).toMatchObject({ code: 'NOT_RUNNING' });
    await app.clock.advance('5s');
    await stopping;
    expect(app.runs('hourly')).toEqual([]);
  });
});

describe('explaining', () => {
  @BackgroundDaemon({ cron: '0 3 * * *' })
  class Nightly {
    tick(): void {}
  }

  it('works from the schedule before the start, and for a listener that never ran', async () => {
    const app = await createTestApplication({
      listeners: [Nightly],
      config: { values: { listeners: { nightly: { enabled: false } } } },
    });
    for (const started of [false, true]) {
      if (started) await app.start();
      expect(await app.explain('nightly', '2026-01-02T03:00:00Z')).toMatchObject([
        {
          task: 'tick',
          verdict: 'not-recorded',
          text: 'nightly.tick (cron 0 3 * * * (UTC)) would be due then, but keeps no due moments.',
          previousDueAt: '2026-01-01T03:00:00.000Z',
          nextDueAt: '2026-01-03T03:00:00.000Z',
        },
      ]);
      expect(await app.explain('nightly', '2026-01-02T04:00:00Z')).toMatchObject([{ verdict: 'not-due' }]);
    }
  });

  it.each(['tomorrow', Number.NaN, new Date(Number.NaN)])('refuses %p, which is no instant', async (at) => {
    const app = await createTestApplication({ listeners: [Nightly] });
    await expect(app.explain('nightly', at)).rejects.toThrow(/is not an instant/);
  });
});

describe('health', () => {
  it('asks the hook that a listener makes in its startup, or that a proxy has in place of it', async () => {
    @BackgroundDaemon({ name: 'late' })
    class Late {
      health: (() => 'up') | undefined;

      startup(): void {
        this.health = () => 'up';
      }
    }
    @BackgroundDaemon({ name: 'wrapped' })
    class Wrapped {
      constructor() {
        const health = (): HealthAnswer => 'down';
        return new Proxy(this, { get: (own, key) => (key === 'health' ? health : (Reflect.get(own, key) as unknown)) });
      }
    }
    const app = await createTestApplication({ listeners: [Late, Wrapped] });
    await app.start();

    expect((await app.health()).listeners).toMatchObject([
      { name: 'late', status: 'up' },
      { name: 'wrapped', status: 'down' },
    ]);
    await app.stop();
  });

  it('asks health hooks within 2 s, caches for 1 s, and is not ready when one says down', async () => {
    let answer: 'up' | 'down' = 'up';
    const health = jest.fn(() => ({ status: answer, details: { queue: 3 } }));
    const app = await createTestApplication({ listeners: [givenListener([], 'queue', { health })] });
    expect(await app.health()).toMatchObject({ started: false, ready: false, live: true });
    await app.start();
    expect(await app.health()).toMatchObject({ ready: true, listeners: [{ name: 'queue', status: 'up' }] });
    answer = 'down';
    expect((await app.health()).ready).toBe(true);
    await app.clock.advance('1s');
    const down = await app.health();
    expect(down.ready).toBe(false);
    expect(down.causes.join()).toContain('queue');
    expect(health).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no idea')), 'no idea'],
    ['answers nonsense', () => 'fine' as 'up', 'neither'],
  ])('takes a hook that %s for down', async (_how, health, text) => {
    const app = await createTestApplication({ listeners: [givenListener([], 'queue', { health })] });
    await app.start();
    const answer = await app.health();
    expect(answer.ready).toBe(false);
    expect(answer.causes.join()).toContain(text);
  });

  it('shows details that are not plain JSON as data that is', async () => {
    const details: Record<string, unknown> = { size: 3n };
    details['self'] = details;
    const health = (): never => ({ status: 'down', name: 'impostor', details }) as never;
    const app = await createTestApplication({ listeners: [givenListener([], 'queue', { health })] });
    await app.start();
    const answer = await app.health();
    expect(answer.listeners).toEqual([{ name: 'queue', status: 'down', details: { size: '3n', self: '[circular]' } }]);
    expect(answer.causes.join()).toContain('3n');
  });

  it('is asked once however many ask while the answer is waited for', async () => {
    const health = jest.fn(async ({ sleep }: HealthContext): Promise<'up'> => {
      await sleep('1500ms');
      return 'up';
    });
    const app = await createTestApplication({ listeners: [givenListener([], 'queue', { health })] });
    await app.start();
    const first = app.health();
    await app.clock.advance('1200ms');
    const second = app.health();
    await app.clock.advance('1s');
    expect((await first).ready).toBe(true);
    expect((await second).ready).toBe(true);
    expect(health).toHaveBeenCalledTimes(1);
  });

  it('takes a hook that does not answer for down', async () => {
    const app = await createTestApplication({
      listeners: [givenListener([], 'queue', { health: () => new Promise(() => undefined) })],
      settleMs: 5,
    });
    await app.start();
    const asking = app.health();
    await app.clock.advance('2s');
    expect(await asking).toMatchObject({ ready: false, listeners: [{ status: 'down' }] });
  });
});
