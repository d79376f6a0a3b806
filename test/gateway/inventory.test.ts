import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { BackgroundDaemonEntry } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import { gatewayModules } from '../../examples/gateway/modules';

const MOUNTS = ['admin', 'web', 'mcp', 'webhooks'];
const HOLDERS = ['metrics', 'reasoning_engine', 'slack_client', 'purelymail_client', 'cluster'];
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The daemons with tasks: listener, task, interval in milliseconds. */
const PERIODIC: readonly (readonly [string, string, number])[] = [
  ['snapshot', 'tick', 5 * MINUTE],
  ['heartbeat_probes', 'tick', 5 * MINUTE],
  ['email_inbound_imap', 'tick', 5 * MINUTE],
  ['probe_wake', 'tick', 30 * SECOND],
  ['alert_wake', 'tick', 30 * SECOND],
  ['alert_notifier', 'tick', 3 * MINUTE],
  ['alert_notifier', 'digest_flush', DAY],
  ['cost_telemetry', 'tick', 5 * MINUTE],
  ['cost_telemetry', 'roll', HOUR],
  ['cost_telemetry', 'monthly', HOUR],
  ['mcp_consumption', 'tick', 5 * MINUTE],
  ['promote_phrasebook', 'tick', DAY],
  ['promote_snapshot_expand', 'tick', DAY],
  ['promote_router_tuning', 'tick', DAY],
  ['promote_tool_trimming', 'tick', DAY],
  ['promote_probe_fix_envelopes', 'tick', DAY],
  ['promote_email_intent', 'tick', DAY],
];
const DAEMONS = [...HOLDERS, ...new Set(PERIODIC.map(([listener]) => listener))];

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;

const running: { app: TestApplication; folder: string }[] = [];

afterEach(async () => {
  for (const { app, folder } of running.splice(0)) {
    await app.stop();
    await rm(folder, { recursive: true });
  }
});

async function givenAll() {
  const folder = await mkdtemp(join(tmpdir(), 'inventory-'));
  const app = await createTestApplication({
    modules: [...gatewayModules()],
    config: {
      values: {
        web: { port: 0 },
        snapshot: { path: join(folder, 'snapshot.json') },
        state: { directory: folder },
      },
    },
  });
  running.push({ app, folder });
  return app;
}

const sorted = (names: Iterable<string>): string[] => [...names].sort();

describe('the modules together', () => {
  it('register these listeners, and no other', async () => {
    const app = await givenAll();

    expect(sorted(app.listeners.list().map(({ name }) => name))).toEqual(sorted([...MOUNTS, ...DAEMONS]));
  });

  it('register these background daemons: all but the mounts', async () => {
    const app = await givenAll();

    expect(sorted(app.daemons.list().map(({ name }) => name))).toEqual(sorted(DAEMONS));
    expect(DAEMONS).toHaveLength(12 + 2 + 5);
  });

  it('have these tasks, each with its interval', async () => {
    const app = await givenAll();

    const tasks = app.daemons
      .list()
      .flatMap(({ name, tasks: specs }) =>
        specs.map(({ name: task, schedule }) => [
          name,
          task,
          schedule.kind === 'interval' ? schedule.everyMs : schedule,
        ]),
      );
    expect(tasks.map(String).sort()).toEqual(PERIODIC.map(String).sort());
  });

  it('make up for missed days: every daily task runs once after a restart', async () => {
    const app = await givenAll();

    const daily = app.daemons
      .list()
      .flatMap(({ name, tasks }) => tasks.map((task) => ({ name: `${name}.${task.name}`, task })))
      .filter(({ task }) => task.schedule.kind === 'interval' && task.schedule.everyMs === DAY);
    expect(daily).toHaveLength(7);
    expect(daily.filter(({ task }) => task.misfire !== 'run-once')).toEqual([]);
  });

  it('abort a boot only by the reasoning engine and the mounts', async () => {
    const app = await givenAll();

    const fatal = (entry: BackgroundDaemonEntry) => entry.fatalOnStartupFailure;
    expect(
      app.daemons
        .list()
        .filter(fatal)
        .map(({ name }) => name),
    ).toEqual(['reasoning_engine']);
    for (const mount of MOUNTS) expect(app.coordinator.isStartupFailureFatal(mount)).toBe(true);
    for (const daemon of DAEMONS.filter((name) => name !== 'reasoning_engine')) {
      expect([daemon, app.coordinator.isStartupFailureFatal(daemon)]).toEqual([daemon, false]);
    }
  });

  it('are given ten seconds to shut down, and belong to no plugin', async () => {
    const app = await givenAll();

    for (const { name, shutdownTimeout, pluginName } of app.listeners.list()) {
      expect({ name, shutdownTimeout, pluginName }).toEqual({ name, shutdownTimeout: 10_000, pluginName: undefined });
    }
  });

  it('are one instance behind both registries, the container, and whoever injects them', async () => {
    const app = await givenAll();
    await app.start();

    for (const { name, id } of app.daemons.list()) {
      const instance = app.listeners.resolve(name);
      expect(app.daemons.resolve(name)).toBe(instance);
      expect(app.container.get(id)).toBe(instance);
    }
  });

  it('start without credentials: what lacks some is disabled with a reason, and nothing is wrong', async () => {
    const app = await givenAll();
    await app.start();

    const { state, listeners } = app.status();
    expect(state).toBe('running');
    const disabled = listeners.filter((listener) => listener.state === 'disabled');
    expect(sorted(disabled.map(({ name }) => name))).toEqual([
      'alert_notifier',
      'cluster',
      'email_inbound_imap',
      'mcp',
      'mcp_consumption',
      'purelymail_client',
      'slack_client',
      'webhooks',
    ]);
    for (const { disabledReason } of disabled) expect(disabledReason).toMatch(/configured/);
    expect(listeners.filter((listener) => !['running', 'disabled'].includes(listener.state))).toEqual([]);
    expect(app.logs.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });

  it('start in an order in which nobody needs a later one, with mcp after web', async () => {
    const app = await givenAll();

    const order = app.plan.listeners.map(({ name }) => name);
    for (const { name, edges } of app.plan.listeners) {
      for (const { on } of edges) expect(order.indexOf(on)).toBeLessThan(order.indexOf(name));
    }
    expect(app.plan.listeners.find(({ name }) => name === 'mcp')?.edges).toMatchObject([{ on: 'web', soft: false }]);
    const fedByWebhooks = app.plan.listeners.find(({ name }) => name === 'webhooks')?.edges.map(({ on }) => on);
    expect(fedByWebhooks).toEqual(expect.arrayContaining(['reasoning_engine', 'slack_client']));
  });

  it('tick without credentials, and every run succeeds', async () => {
    const app = await givenAll();
    await app.start();

    await app.clock.advance('30m');
    for (const name of DAEMONS.filter((daemon) => daemon.startsWith('promote_'))) await app.tick(name);

    const runs = app.daemons.list().flatMap(({ name }) => app.runs(name));
    expect(runs.length).toBeGreaterThan(100);
    expect(runs.filter(({ outcome }) => outcome !== 'succeeded')).toEqual([]);
  });

  it('stop clean', async () => {
    const app = await givenAll();
    await app.start();

    expect(await app.stop()).toMatchObject({ code: 0 });
  });
});
