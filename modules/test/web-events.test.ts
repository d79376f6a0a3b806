import { connect } from 'node:net';

import { BackgroundDaemon, type OnTick, type RunContext } from 'daemonry';

import { call } from './support/call';
import { endWeb, givenRunningWeb } from './support/givenWeb';
import { readEvents, type EventReader } from './support/readEvents';

@BackgroundDaemon({ name: 'order_sync', interval: '1s' })
class OrderSync implements OnTick {
  tick(): void {}
}

@BackgroundDaemon({ name: 'busy', interval: '10ms' })
class Busy implements OnTick {
  tick(): void {}
}

@BackgroundDaemon({ name: 'verbose_failure', interval: '250ms' })
class VerboseFailure implements OnTick {
  tick(): void {
    throw new Error('x'.repeat(8_000));
  }
}

const readers: EventReader[] = [];

const givenReader = async (url: string): Promise<EventReader> => {
  const reader = await readEvents(url);
  readers.push(reader);
  return reader;
};

afterEach(async () => {
  for (const reader of readers.splice(0)) reader.hangUp();
  await endWeb();
});

describe('the events of the web module', () => {
  it('are a stream of server-sent events that begins with the state as it is', async () => {
    const { app, url } = await givenRunningWeb({ listeners: [OrderSync] });

    const reader = await givenReader(url);

    expect(reader).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    });
    expect(await reader.next()).toEqual({
      event: 'open',
      data: {
        at: expect.any(String) as string,
        sessionId: app.status().sessionId,
        state: 'running',
        events: {},
        listeners: [],
      },
    });
    expect(reader.text()).toMatch(/^retry: 2000\n/);
  });

  it('tell a listener that had an event once in 250 ms, however many there were, and leave out the others', async () => {
    const { app, url } = await givenRunningWeb({ listeners: [OrderSync, Busy] });
    const reader = await givenReader(url);
    await reader.next();

    await app.clock.advance('260ms');
    const { event, data } = await reader.next();

    expect(event).toBe('change');
    expect(data.listeners).toHaveLength(1);
    expect(data.listeners[0]).toMatchObject({
      name: 'busy',
      state: 'running',
      tasks: [{ name: 'tick', lastRun: { outcome: 'succeeded' } }],
    });
    expect(data.events['run.finished']).toBeGreaterThan(20);
    expect(reader.text().match(/event: change/g)).toHaveLength(1);
  });

  it('end with a line of the log where the status cannot be read, and go on when it can', async () => {
    const { app, url } = await givenRunningWeb({ listeners: [OrderSync] });
    const reader = await givenReader(url);
    await reader.next();
    const unreadable = jest.spyOn(app, 'status').mockImplementation(() => {
      throw new RangeError('Invalid time value');
    });

    await app.clock.advance('20s');
    const late = await givenReader(url);
    unreadable.mockRestore();
    await app.clock.advance('1s');
    const { event } = await reader.next();

    expect(event).toBe('change');
    expect(late.text()).toBe('retry: 2000\n\n');
    const told = app.logs.filter(({ message }) => message === 'The readers of /api/events are not told of a change');
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(10);
    expect(told[0]).toMatchObject({ level: 'warn', error: { message: 'Invalid time value' } });
  });

  it('tell the listeners that one blocks with that one, as it goes and as it comes back', async () => {
    @BackgroundDaemon({ name: 'flaky', restart: { delay: '10s', jitter: 0 } })
    class Flaky {
      async run({ sleep }: RunContext): Promise<void> {
        await sleep('5s');
        throw new Error('no route to host');
      }
    }
    @BackgroundDaemon({ name: 'hourly', interval: '1h', dependsOn: [Flaky] })
    class Hourly implements OnTick {
      tick(): void {}
    }
    const { app, url } = await givenRunningWeb({ listeners: [Flaky, Hourly] });
    const reader = await givenReader(url);
    await reader.next();
    const told = async () => {
      const { data } = await reader.next();
      const listeners = data.listeners as readonly { name: string; blockedBy?: string }[];
      return listeners.map(({ name, blockedBy }) => [name, blockedBy]);
    };

    await app.clock.advance('6s');
    expect(await told()).toEqual([
      ['flaky', undefined],
      ['hourly', 'flaky'],
    ]);
    await app.clock.advance('10s');
    expect(await told()).toEqual([
      ['flaky', undefined],
      ['hourly', undefined],
    ]);
  });

  it('tell what an operator does', async () => {
    const { app, url } = await givenRunningWeb({ listeners: [OrderSync] });
    const reader = await givenReader(url);
    await reader.next();

    await app.pause('order_sync', { reason: 'the shop is closed', by: 'kim' });
    await app.clock.advance('250ms');

    const { data } = await reader.next();
    expect(data.listeners).toMatchObject([
      { name: 'order_sync', tasks: [{ paused: true, pause: { reason: 'the shop is closed', by: 'kim' } }] },
    ]);
    expect(data.events['operator.paused']).toBe(1);
  });

  it('keep a quiet connection open with comments, and send nothing else', async () => {
    const { app, url } = await givenRunningWeb();
    const reader = await givenReader(url);
    await reader.next();

    await app.clock.advance('31s');
    while (reader.text().split(': keep-alive').length < 3) await new Promise((resolve) => setImmediate(resolve));

    expect(reader.text()).not.toContain('event: change');
  });

  it('close a reader that does not read, so that it cannot fill the memory, and go on for the others', async () => {
    const { app, url } = await givenRunningWeb({ listeners: [VerboseFailure] });
    const lazy = connect(Number(new URL(url).port), '127.0.0.1');
    lazy.on('error', () => undefined);
    await new Promise((resolve) => lazy.once('connect', resolve));
    lazy.write('GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await new Promise((resolve) => lazy.once('readable', resolve));
    const eager = await givenReader(url);

    const told = (): boolean => app.logs.some(({ message }) => message.includes('does not read'));
    for (let minutes = 0; minutes < 60 && !told(); minutes++) await app.clock.advance('20s');

    expect(app.logs).toContainEqual(expect.objectContaining({ level: 'warn', listener: 'web' }));
    expect(told()).toBe(true);
    expect(app.logs.find(({ message }) => message.includes('does not read'))?.['unread']).toBeLessThan(2_000_000);
    expect((await eager.next()).event).toBe('open');
    lazy.destroy();
  });

  it('have at most 100 readers, and room again when one hangs up', async () => {
    const { url } = await givenRunningWeb();
    const many = await Promise.all(Array.from({ length: 100 }, () => givenReader(url)));

    const refused = await call(`${url}/api/events`);
    expect(refused).toMatchObject({
      status: 503,
      headers: { 'retry-after': '10' },
      body: { error: { code: 'TOO_MANY_READERS' } },
    });

    many[0]?.hangUp();
    let status = 503;
    while (status === 503) {
      const reader = await givenReader(url);
      status = reader.status;
    }
    expect(status).toBe(200);
  });

  it('end with the stop, after its beginning was told, and do not hold it up', async () => {
    const { app, url } = await givenRunningWeb({ listeners: [OrderSync] });
    const reader = await givenReader(url);
    await reader.next();

    const report = await app.stop();

    expect(report).toMatchObject({ code: 0 });
    expect(await reader.next()).toMatchObject({ event: 'change', data: { state: 'stopping' } });
    expect(await reader.next()).toMatchObject({ event: 'end' });
    await reader.closed;
  });

  it('cost nothing when nobody reads any more', async () => {
    const { app, url } = await givenRunningWeb({ listeners: [Busy] });
    const reader = await givenReader(url);
    await reader.next();
    await app.clock.advance('1s');
    reader.hangUp();
    await reader.closed;

    await app.clock.advance('1m');

    const later = await givenReader(url);
    expect((await later.next()).data.events).toEqual({});
  });

  it('answer GET only, and only under a Host of its own', async () => {
    const { url } = await givenRunningWeb();

    expect(await call(`${url}/api/events`, { method: 'HEAD' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET' },
    });
    expect(await call(`${url}/api/events`, { headers: { host: 'evil.example' } })).toMatchObject({ status: 403 });
  });
});
