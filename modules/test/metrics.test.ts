import { BackgroundDaemon, type TickContext } from 'daemonry';
import { Counter, Registry } from 'prom-client';

import { endData, givenFolder } from './support/givenData';
import { behaviours, endMetrics, failing, givenMetrics, samplesOf } from './support/givenMetrics';

afterEach(async () => {
  await endMetrics();
  await endData();
});

const TICK = 'listener="order_sync",task="tick"';

describe('the metrics', () => {
  it('count the runs of each task by outcome, from zero on', async () => {
    const { app, samples } = await givenMetrics({ web: false });
    const zero = await samples();
    for (const outcome of ['succeeded', 'failed', 'timed_out', 'cancelled']) {
      expect(zero[`daemonry_runs_total{${TICK},outcome="${outcome}",reason=""}`]).toBe(0);
      expect(zero[`daemonry_runs_total{listener="order_sync",task="compact",outcome="${outcome}",reason=""}`]).toBe(0);
    }
    behaviours.push(
      () => undefined,
      failing,
      ({ sleep }) => sleep('20s'),
      () => undefined,
    );
    await app.clock.advance('4m');
    const after = await samples();
    expect(after[`daemonry_runs_total{${TICK},outcome="succeeded",reason=""}`]).toBe(2);
    expect(after[`daemonry_runs_total{${TICK},outcome="failed",reason=""}`]).toBe(1);
    expect(after[`daemonry_runs_total{${TICK},outcome="timed_out",reason=""}`]).toBe(1);
    expect(after[`daemonry_runs_total{listener="order_sync",task="compact",outcome="succeeded",reason=""}`]).toBe(0);
  });

  it('count a skipped due moment with its reason', async () => {
    const { app, samples } = await givenMetrics({ web: false });
    await app.pause('order_sync', { reason: 'deploy', by: 'kim' });
    await app.clock.advance('3m');
    expect((await samples())[`daemonry_runs_total{${TICK},outcome="skipped",reason="paused"}`]).toBe(3);
  });

  it('count every due moment that was missed, and one record for all of them', async () => {
    @BackgroundDaemon({ interval: '1h', misfire: 'run-once' })
    class Hourly {
      tick(): void {}
    }
    const values = { state: { directory: await givenFolder() } };
    const options = { web: false, listeners: [Hourly], values } as const;
    const first = await givenMetrics({ ...options, now: '2026-01-01T00:00:00Z' });
    await first.app.clock.advance('1h');
    await first.app.stop();
    const { app, samples } = await givenMetrics({ ...options, now: '2026-01-01T05:30:00Z' });
    await app.clock.advance('1s');
    const after = await samples();
    const labels = 'listener="hourly",task="tick"';
    expect(after[`daemonry_missed_due_moments_total{${labels}}`]).toBe(3);
    expect(after[`daemonry_runs_total{${labels},outcome="skipped",reason="missed"}`]).toBe(1);
    expect(after[`daemonry_runs_total{${labels},outcome="succeeded",reason=""}`]).toBe(1);
  });

  it('measure how long runs take, in buckets by outcome', async () => {
    const { app, samples } = await givenMetrics({ web: false });
    behaviours.push(
      () => undefined,
      ({ sleep }) => sleep('400ms'),
      async ({ sleep }) => {
        await sleep('4s');
        failing();
      },
    );
    await app.clock.advance('4m');
    const after = await samples();
    const bucket = (le: string, outcome = 'succeeded') =>
      after[`daemonry_run_duration_seconds_bucket{${TICK},outcome="${outcome}",le="${le}"}`];
    expect(['0.005', '0.025', '0.1', '0.5', '1', '5', '30', '120', '600', '+Inf'].map((le) => bucket(le))).toEqual([
      2, 2, 2, 3, 3, 3, 3, 3, 3, 3,
    ]);
    expect([bucket('1', 'failed'), bucket('5', 'failed')]).toEqual([0, 1]);
    expect(after[`daemonry_run_duration_seconds_sum{${TICK},outcome="succeeded"}`]).toBe(0.4);
    expect(after[`daemonry_run_duration_seconds_count{${TICK},outcome="failed"}`]).toBe(1);
  });

  it('measure how late a run began', async () => {
    @BackgroundDaemon({ interval: '1m', overlap: 'queue-one' })
    class Slow {
      #first = true;
      async tick({ sleep }: TickContext): Promise<void> {
        if (this.#first) await sleep('62s');
        this.#first = false;
      }
    }
    const { app, samples } = await givenMetrics({ web: false, listeners: [Slow] });
    await app.clock.advance('150s');
    const after = await samples();
    const labels = 'listener="slow",task="tick"';
    expect(after[`daemonry_run_lateness_seconds_bucket{${labels},le="0.005"}`]).toBe(1);
    expect(after[`daemonry_run_lateness_seconds_bucket{${labels},le="5"}`]).toBe(2);
    expect(after[`daemonry_run_lateness_seconds_sum{${labels}}`]).toBe(2);
  });

  it('say how many runs are in flight, also those that have outlived their timeout', async () => {
    const { app, samples } = await givenMetrics({ web: false });
    let release = (): void => undefined;
    behaviours.push(() => new Promise((resolve) => (release = resolve)));
    const inFlight = async () => (await samples())[`daemonry_runs_in_flight{${TICK}}`];
    expect(await inFlight()).toBe(0);
    await app.clock.advance('1m');
    expect(await inFlight()).toBe(1);
    await app.clock.advance('30s');
    expect(app.runs('order_sync')).toMatchObject([{ outcome: 'timed_out' }]);
    expect(await inFlight()).toBe(1);
    release();
    await app.clock.advance('1s');
    expect(await inFlight()).toBe(0);
  });

  it('say when the last success was, and when the next due moment is', async () => {
    const { app, samples } = await givenMetrics({ web: false, now: '2026-01-01T00:00:00Z' });
    const at = (text: string): number => Date.parse(text) / 1000;
    expect(await samples()).not.toHaveProperty(`daemonry_last_success_timestamp_seconds{${TICK}}`);
    behaviours.push(({ sleep }) => sleep('2s'), failing);
    await app.clock.advance('2m');
    const after = await samples();
    expect(after[`daemonry_last_success_timestamp_seconds{${TICK}}`]).toBe(at('2026-01-01T00:01:02Z'));
    expect(after[`daemonry_next_due_timestamp_seconds{${TICK}}`]).toBe(at('2026-01-01T00:03:00Z'));
    expect(after['daemonry_next_due_timestamp_seconds{listener="order_sync",task="compact"}']).toBe(
      at('2026-01-01T03:00:00Z'),
    );
  });

  it('say the state of each listener: 1 for its state, 0 for the others', async () => {
    @BackgroundDaemon()
    class Broken {
      startup = failing;
    }
    const { samples } = await givenMetrics({ web: false, listeners: [Broken] });
    const states = Object.entries(await samples()).filter(([name]) => name.includes('listener="broken"'));
    expect(states.length).toBeGreaterThan(9);
    expect(states.filter(([, value]) => value === 1)).toEqual([
      ['daemonry_listener_state{listener="broken",state="startup_failed"}', 1],
    ]);
  });

  it('count the restarts of a listener that failed', async () => {
    let startups = 0;
    @BackgroundDaemon({ restart: 'on-failure' })
    class Flapping {
      startup(): void {
        startups += 1;
        if (startups < 3) failing();
      }
    }
    const { app, samples } = await givenMetrics({ web: false, listeners: [Flapping] });
    await app.clock.advance('1m');
    const after = await samples();
    expect(startups).toBe(3);
    expect(after['daemonry_listener_restarts_total{listener="flapping"}']).toBe(2);
    expect(after['daemonry_listener_restarts_total{listener="metrics"}']).toBe(0);
  });

  it('say which tasks are fresh, of those that must succeed within a time', async () => {
    @BackgroundDaemon({ interval: '1m', mustSucceedWithin: '5m' })
    class Sync {
      tick(): void {
        if (isDown) failing();
      }
    }
    let isDown = true;
    const { app, samples } = await givenMetrics({ web: false, listeners: [Sync] });
    const fresh = async () => (await samples())['daemonry_fresh{listener="sync",task="tick"}'];
    expect(await fresh()).toBe(1);
    await app.clock.advance('6m');
    expect(await fresh()).toBe(0);
    isDown = false;
    await app.clock.advance('1m');
    expect(await fresh()).toBe(1);
    expect(await samples()).not.toHaveProperty([`daemonry_fresh{${TICK}}`]);
  });

  it('say how long the event loop stood still, by the listener that held it', async () => {
    const { app, samples } = await givenMetrics({ web: false });
    const { emit } = app.events as unknown as { emit(name: string, event: object): void };
    emit('loop.blocked', { listener: 'order_sync', blockedMs: 2_500, inFlight: [] });
    emit('loop.blocked', { listener: 'order_sync', blockedMs: 500, inFlight: [] });
    emit('loop.blocked', { blockedMs: 1_000, inFlight: [] });
    const after = await samples();
    expect(after['daemonry_loop_blocked_seconds_total{listener="order_sync"}']).toBe(3);
    expect(after['daemonry_loop_blocked_seconds_total{listener=""}']).toBe(1);
  });

  it('say how often the state could not be written, if there is any', async () => {
    const without = await givenMetrics({ web: false });
    expect(await without.samples()).not.toHaveProperty('daemonry_state_write_errors_total');
    const { app, samples } = await givenMetrics({ web: false, values: { history: { keep: '1d' } } });
    expect((await samples())['daemonry_state_write_errors_total']).toBe(app.status().stateWriteErrors);
    expect(app.status().stateWriteErrors).toBe(0);
  });

  it('have no label but names, outcomes, reasons, states and buckets', async () => {
    const { app, daemon } = await givenMetrics({ web: false });
    behaviours.push(failing);
    await app.clock.advance('3m');
    const body = (await daemon.expose())?.body ?? '';
    const labels = new Set(
      [...body.matchAll(/^daemonry_.*$/gm)].flatMap(([line]) =>
        [...line.matchAll(/(\w+)="/g)].map(([, label]) => label),
      ),
    );
    expect([...labels].sort()).toEqual(['le', 'listener', 'outcome', 'reason', 'state', 'task']);
  });

  it('include those of the process, unless they are switched off', async () => {
    const on = await givenMetrics({ web: false });
    expect((await on.daemon.expose())?.body).toContain('nodejs_eventloop_lag_p99_seconds');
    const off = await givenMetrics({ web: false, metrics: { process: false } });
    expect((await off.daemon.expose())?.body).not.toContain('nodejs_');
  });
});

describe('the registry of the metrics', () => {
  it('is of the application alone', async () => {
    const [one, other] = [await givenMetrics({ web: false }), await givenMetrics({ web: false })];
    await one.app.clock.advance('1m');
    expect(one.daemon.registry).not.toBe(other.daemon.registry);
    const name = `daemonry_runs_total{${TICK},outcome="succeeded",reason=""}`;
    expect([(await one.samples())[name], (await other.samples())[name]]).toEqual([1, 0]);
  });

  it('is the one that is given, beside what is in it', async () => {
    const registry = new Registry();
    new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] }).inc(7);
    const { app, daemon } = await givenMetrics({ web: false, options: { registry } });
    await app.clock.advance('1m');
    expect(daemon.registry).toBe(registry);
    const body = await registry.metrics();
    expect(body).toContain('orders_total 7');
    expect(samplesOf(body)[`daemonry_runs_total{${TICK},outcome="succeeded",reason=""}`]).toBe(1);
  });

  it('is shared by applications that are given the same, whose numbers are added up', async () => {
    const registry = new Registry();
    const one = await givenMetrics({ web: false, options: { registry } });
    const other = await givenMetrics({ web: false, options: { registry } });
    await one.app.clock.advance('1m');
    await other.app.clock.advance('2m');
    const name = `daemonry_runs_total{${TICK},outcome="succeeded",reason=""}`;
    expect(samplesOf(await registry.metrics())[name]).toBe(3);
    await one.app.stop();
    expect(samplesOf(await registry.metrics())[name]).toBe(2);
    await other.app.stop();
    expect(await registry.metrics()).not.toContain('daemonry_');
  });

  it('is refused when it has metrics of these names, with the reason in the status', async () => {
    const registry = new Registry();
    new Counter({ name: 'daemonry_runs_total', help: 'Mine.', registers: [registry] });
    const { app } = await givenMetrics({ web: false, options: { registry } });
    expect(app.status().listeners.find(({ name }) => name === 'metrics')).toMatchObject({
      state: 'startup_failed',
      error: { code: 'METRICS_REGISTRY_UNUSABLE' },
    });
    expect(registry.getMetricsAsArray()).toHaveLength(1);
  });

  it('is not damaged by a scrape as OpenMetrics', async () => {
    const registry = new Registry();
    new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] }).inc(7);
    const { daemon } = await givenMetrics({ web: false, options: { registry } });
    const before = await daemon.expose();
    await daemon.expose('application/openmetrics-text');
    expect((await daemon.expose())?.body.match(/^# TYPE .*$/gm)).toEqual(before?.body.match(/^# TYPE .*$/gm));
    expect((await daemon.expose())?.body).toContain('orders_total 7');
  });
});
