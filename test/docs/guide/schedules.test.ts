import { BackgroundDaemon, PeriodicTask, type TickContext } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

// region schedules
@BackgroundDaemon({ interval: '5m', tickTimeout: '1m', drainTimeout: '5s' })
class OrderSync {
  async tick({ signal, sleep }: TickContext): Promise<void> {
    signal.throwIfAborted();
    await sleep('10s');
  }

  @PeriodicTask({ interval: '1h', mode: 'fixed-delay', initialDelay: 0, jitter: '10%' })
  async compact({ sleep }: TickContext): Promise<void> {
    await sleep('20m');
  }

  @PeriodicTask({ cron: '30 2 * * *', timeZone: 'Europe/Berlin', misfire: 'run-once', overlap: 'queue-one' })
  report(): void {}
}
// endregion schedules

const times = (records: readonly { readonly scheduledAt: string }[]): string[] =>
  records.map(({ scheduledAt }) => scheduledAt);

describe('schedules', () => {
  it('are kept task by task', async () => {
    const app = await createTestApplication({ listeners: [OrderSync], now: '2026-01-01T00:00:00Z' });
    await app.start();
    await app.clock.advance('4h');

    expect(app.runs('order_sync', { task: 'tick' })).toHaveLength(48);
    expect(app.runs('order_sync', { task: 'compact' }).length).toBeGreaterThanOrEqual(3);
    expect(times(app.runs('order_sync', { task: 'report' }))).toEqual(['2026-01-01T01:30:00.000Z']);
  });

  it('follow local time through the change to summer and back', async () => {
    // region summer-time
    const app = await createTestApplication({ listeners: [OrderSync], now: '2026-03-28T00:00:00Z' });
    await app.start();
    await app.clock.advance('3d');

    // Half past two does not exist on 29 March in Berlin: the run comes right after the gap.
    expect(app.runs('order_sync', { task: 'report' }).map(({ scheduledAt }) => scheduledAt)).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    // endregion summer-time
  });

  it('run once where the clock shows an hour twice', async () => {
    const app = await createTestApplication({ listeners: [OrderSync], now: '2026-10-24T12:00:00Z' });
    await app.start();
    await app.clock.advance('36h');

    expect(times(app.runs('order_sync', { task: 'report' }))).toEqual(['2026-10-25T00:30:00.000Z']);
  });
});

// region slow
@BackgroundDaemon({ interval: '10s' })
class Slow {
  async tick({ sleep }: TickContext): Promise<void> {
    await sleep('25s');
  }
}
// endregion slow

describe('a due moment', () => {
  it('that overlaps is recorded, with its reason', async () => {
    const app = await createTestApplication({ listeners: [Slow], now: '2026-01-01T00:00:00Z' });
    await app.start();
    await app.clock.advance('66s');

    // region overlap
    expect(app.runs('slow').map(({ outcome, reason }) => reason ?? outcome)).toEqual([
      'succeeded', // due after 10 s, runs until 35 s
      'overlap', // due after 20 s
      'overlap', // due after 30 s
      'succeeded', // due after 40 s, runs until 65 s
      'overlap',
      'overlap',
    ]);
    // endregion overlap
  });

  it('is explained', async () => {
    const app = await createTestApplication({ listeners: [Slow], now: '2026-01-01T00:00:00Z' });
    await app.start();
    await app.clock.advance('1m');

    // region explain
    const [explanation] = await app.explain('slow', '2026-01-01T00:00:20Z');
    expect(explanation?.text).toBe('slow.tick (every 10s) was skipped: overlap.');
    // endregion explain
  });
});

// region timeout
@BackgroundDaemon({ interval: '1m', tickTimeout: '10s' })
class Late {
  readonly saved: string[] = [];

  async tick({ clock, commit, tickId }: TickContext): Promise<void> {
    await deaf(clock, 15_000); // something that does not listen to the signal
    commit(() => this.saved.push(tickId)); // throws RunRevokedError: the run has lost its right
  }
}
// endregion timeout

/** Waits, and obeys no signal. */
const deaf = (clock: TickContext['clock'], ms: number): Promise<void> =>
  new Promise((resolve) => clock.at(clock.now() + ms, resolve));

describe('a tick past its timeout', () => {
  it('writes nothing any more', async () => {
    const app = await createTestApplication({ listeners: [Late] });
    await app.start();
    await app.clock.advance('70s');
    expect(app.status()).toMatchObject({ state: 'degraded', listeners: [{ stuck: true }] });
    await app.clock.advance('10s');

    expect(app.runs('late')).toEqual([expect.objectContaining({ outcome: 'timed_out' })]);
    expect(app.container.get(Late).saved).toEqual([]);
    expect(app.status().state).toBe('running');
  });
});
