import { ApplicationEvents, type ApplicationStatus, BackgroundDaemon, type OnTick } from 'daemonry';

import { page } from './support/adminPages';
import { call } from './support/call';
import { givenAdmin } from './support/givenAdmin';
import { endData, givenFolder } from './support/givenData';
import { endWeb } from './support/givenWeb';

const { attentionOf } = page('views/overview.mjs');

@BackgroundDaemon({ name: 'store' })
class Store {}

@BackgroundDaemon({ name: 'order_sync', interval: '10s' })
class OrderSync implements OnTick {
  tick(): void {
    throw new Error('the shop is closed');
  }
}

const givenWithHistory = (directory: string, now: string) =>
  givenAdmin({
    listeners: [OrderSync],
    now,
    config: { values: { web: { port: 0 }, state: { directory }, history: { keep: '1d' } } },
  });

afterEach(async () => {
  await endWeb();
  await endData();
});

describe('the operation of the dashboard', () => {
  it('has what operators have set, and standstills of the event loop from the start on', async () => {
    const { app, url } = await givenAdmin({ listeners: [OrderSync], now: '2030-01-31T08:00:00Z' });
    const operation = async () => (await call(`${url}/admin/api/operation`)).body;
    expect(await operation()).toEqual({ intents: [], standstills: { count: 0 } });

    await app.pause('order_sync', { reason: 'moving', by: 'kim' });
    // Another thread tells of it, which test applications do not have.
    const { emit } = app.container.get(ApplicationEvents) as unknown as { emit(name: string, event: object): void };
    for (const blockedMs of [2_000, 2_300]) {
      const stack = 'at JSON.parse\nat OrderSync.tick';
      emit('loop.blocked', {
        listener: 'order_sync',
        hook: 'tick',
        task: 'tick',
        inFlight: [],
        blockedMs,
        stack,
      });
    }

    expect(await operation()).toMatchObject({
      intents: [{ action: 'pause', listener: 'order_sync', by: 'kim', reason: 'moving' }],
      standstills: {
        count: 2,
        newest: { at: '2030-01-31T08:00:00.000Z', blockedMs: 2_300, listener: 'order_sync', frame: 'at JSON.parse' },
      },
    });
  });

  it('knows the stop of the run before, or that there was none', async () => {
    const directory = await givenFolder();
    const given = (now: string) => givenWithHistory(directory, now);
    const first = await given('2030-01-31T08:00:00Z');
    expect((await call(`${first.url}/admin/api/last-run`)).body).toEqual({});
    await first.app.stop('a deployment');

    const { url } = await given('2030-01-31T09:00:00Z');

    expect((await call(`${url}/admin/api/last-run`)).body).toMatchObject({
      run: {
        sessionId: first.app.status().sessionId,
        stop: {
          reason: 'a deployment',
          spans: expect.arrayContaining([
            expect.objectContaining({ listener: 'order_sync', outcome: 'ok' }),
          ]) as unknown,
        },
      },
    });
  });

  it('finds what failed before this start, with its error, though nothing has run since then', async () => {
    const directory = await givenFolder();
    const given = (now: string) => givenWithHistory(directory, now);
    const first = await given('2030-01-31T02:00:00Z');
    await first.app.clock.advance('20s');
    await first.app.stop('a deployment');
    const { app, url } = await given('2030-01-31T08:00:00Z');
    const status = (await call(`${url}/api/status`)).body as ApplicationStatus;

    const [found] = attentionOf(status, undefined, app.clock.now());

    expect(found).toMatchObject({ listener: 'order_sync', title: 'run failed', detail: 'the shop is closed' });
    expect(found?.when).toMatch(/^since 5 h.* ago · last 5 h.* ago · before this start · next in 10 s$/);
  });

  it('tells the boot as it was when it was decided, whatever is restarted since then', async () => {
    const { app, url } = await givenAdmin({ listeners: [OrderSync, Store], now: '2030-01-31T08:00:00Z' });
    const bootAt = async (server: string) => (await call(`${server}/admin/api/boot`)).body;
    const before = await bootAt(url);
    await app.clock.advance('1m');

    for (const listener of ['store', 'web']) {
      await app.operate({ action: 'restart', listener, reason: 'to see', by: 'kim', kind: 'human' });
    }

    const listening = app.logs
      .filter(({ message }) => message.startsWith('Listening on '))
      .map(({ message }) => message);
    expect(listening).toHaveLength(2);
    expect(await bootAt(listening[1]?.slice('Listening on '.length) ?? '')).toEqual(before);
    expect(before).toMatchObject({
      boot: {
        bootedAt: '2030-01-31T08:00:00.000Z',
        listeners: app.plan.order.map((name) => ({ name, state: 'running', startedAt: '2030-01-31T08:00:00.000Z' })),
      },
    });
    expect(app.status().listeners.find(({ name }) => name === 'web')?.startedAt).toBe('2030-01-31T08:01:00.000Z');
  });
});
