import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon, Listener, type ShutdownContext, type StartupContext, StateDatabase } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import { runProgram } from '../../src/cli/runProgram';
import { loadDriver } from '../../src/state/driver';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-timeline-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

@Listener()
class Database {
  startup({ sleep }: StartupContext): Promise<void> {
    return sleep('400ms');
  }
  shutdown({ sleep }: ShutdownContext): Promise<void> {
    return sleep('100ms');
  }
}

@BackgroundDaemon({ interval: '1h' })
class OrderSync {
  constructor(readonly database: Database) {}
  startup({ sleep }: StartupContext): Promise<void> {
    return sleep('600ms');
  }
  tick(): void {}
}

@BackgroundDaemon({ interval: '1h' })
class Mailer {
  startup(): void {
    throw new Error('no server');
  }
  tick(): void {}
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: string[][] = [[], []];
  let code = -1;
  await runProgram(
    ['timeline', ...args],
    { cwd: folder, out: (text) => void out?.push(text), err: (text) => void err?.push(text) },
    (given) => (code = given),
  );
  return { code, out: out?.join('\n') ?? '', err: err?.join('\n') ?? '' };
}

/** Starts an application that keeps state in the folder. */
async function givenRunning() {
  const app = await createTestApplication({
    name: 'orders',
    listeners: [OrderSync, Mailer, Database],
    now: '2030-01-01T00:00:00Z',
    config: { values: { state: { directory: folder }, history: { keep: '1d' } } },
  });
  const started = app.start();
  await app.clock.advance('2s');
  await started;
  return app;
}

/** Replaces the timeline that is kept, while nothing runs. */
function writeRow(content: string): void {
  const database = new (loadDriver().DatabaseSync)(join(folder, 'orders.db'));
  database.prepare('UPDATE daemonry_timeline SET content = ?').run(content);
  database.close();
}

async function advanced<T>(app: Awaited<ReturnType<typeof givenRunning>>, work: Promise<T>): Promise<T> {
  await app.clock.advance('2s');
  return work;
}

describe('daemonry timeline', () => {
  it('shows how long each listener took to start and to stop, in the order in which they began', async () => {
    const app = await givenRunning();
    await advanced(app, app.stop('a deploy'));

    const { code, out } = await run('--state', 'orders.db');

    expect(code).toBe(0);
    expect(out.replaceAll(/[█▒]+/g, (bar) => (bar[0] === '█' ? '#' : '?')).replaceAll(/ +/g, ' ')).toBe(
      [
        'orders started at 2030-01-01T00:00:00.000Z, in 1s',
        ' mailer ? 0ms failed',
        ' database # 400ms',
        ' order_sync # 600ms',
        '',
        'It was stopped at 2030-01-01T00:00:02.000Z: a deploy, in 100ms',
        ' order_sync # 0ms',
        ' database # 100ms',
      ].join('\n'),
    );
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('shows the boot of an application that still runs, and says that it has not stopped', async () => {
    const app = await givenRunning();

    const { out } = await run('--state', 'orders.db');

    expect(out).toContain('It has not been stopped');
    await advanced(app, app.stop());
  });

  it('is told by the application of the run before, without a stop if its process was ended from outside', async () => {
    const first = await givenRunning();
    expect(await first.previousRun()).toBeUndefined();
    // As a kill leaves it.
    const [boot] = await first.container.get(StateDatabase).all('SELECT content FROM daemonry_timeline');
    await advanced(first, first.stop('a deployment'));

    const second = await givenRunning();
    expect(await second.previousRun()).toMatchObject({
      sessionId: first.status().sessionId,
      boot: { spans: [{ listener: 'mailer' }, { listener: 'database' }, { listener: 'order_sync' }] },
      stop: { reason: 'a deployment', spans: [{ listener: 'order_sync', outcome: 'ok' }, { listener: 'database' }] },
    });
    await advanced(second, second.stop());
    writeRow(String(boot?.['content']));

    const third = await givenRunning();
    expect(await third.previousRun()).not.toHaveProperty('stop');
    await advanced(third, third.stop());
    writeRow('{"boot": 7}');

    const fourth = await givenRunning();
    expect(await fourth.previousRun()).toBeUndefined();
    await advanced(fourth, fourth.stop());
  });

  it('prints a picture, and the instants as data', async () => {
    const app = await givenRunning();
    await advanced(app, app.stop('a <deploy> & more'));

    const { out: svg } = await run('--state', 'orders.db', '--svg');
    const { out: json } = await run('--state', 'orders.db', '--json');

    expect(svg).toMatch(/^<svg xmlns[\s\S]*<\/svg>$/);
    expect(svg).toContain('a &lt;deploy&gt; &amp; more');
    const began = Date.parse('2030-01-01T00:00:00Z');
    expect(JSON.parse(json)).toMatchObject({
      application: 'orders',
      boot: {
        began,
        ended: began + 1_000,
        spans: [
          { listener: 'mailer', outcome: 'failed' },
          { listener: 'database', ended: began + 400, outcome: 'ok' },
          {},
        ],
      },
      stop: { reason: 'a <deploy> & more' },
    });
  });

  it('says that there is none, and how to get one', async () => {
    const { code, err } = await run();

    expect(code).toBe(2);
    expect(err).toContain('TIMELINE_NOT_FOUND');
    expect(err).toContain('history');
    expect(await run('--state', 'none.db')).toMatchObject({ code: 2 });
    expect((await run('--svg', '--json')).code).toBe(64);
  });

  const PHASE = '{ "began": 1, "ended": 2, "spans": [] }';
  it.each([
    'no JSON',
    'null',
    '[]',
    '{}',
    `{ "application": "orders", "sessionId": "1", "boot": { "began": 1, "ended": 2 } }`,
    `{ "application": "orders", "sessionId": "1", "boot": { "began": 1e300, "ended": 2, "spans": [] } }`,
    `{ "application": "orders", "sessionId": "1", "boot": { "began": 1, "ended": 2, "spans": [{}] } }`,
    `{ "application": "orders", "sessionId": "1", "boot": ${PHASE}, "stop": 7 }`,
    `{ "application": 7, "sessionId": "1", "boot": ${PHASE} }`,
  ])('says that what is kept is no timeline: %s', async (content) => {
    const app = await givenRunning();
    await advanced(app, app.stop());
    writeRow(content);

    const { code, err } = await run('--state', 'orders.db');

    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('TIMELINE_NOT_FOUND') as string });
    expect(err).toContain(`database: ${join(folder, 'orders.db')}`);
  });

  it('says that the folder of the state cannot be read', async () => {
    writeFileSync(join(folder, 'package.json'), '{ "name": "orders" }');
    writeFileSync(join(folder, 'state'), '');
    const { code, err } = await run();

    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('STATE_UNREADABLE') as string });
    expect(err).toContain(`file: ${join(folder, 'state')}`);
    expect(err).not.toMatch(/^ +at /m);
  });
});
