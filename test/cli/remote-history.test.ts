import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type WebServer, webModule } from '@daemonry/modules/web';
import { BackgroundDaemon, type OnTick } from 'daemonry';
import { createTestApplication, type TestApplication } from 'daemonry/testing';

import { givenFolder } from './support/givenApplication';

@BackgroundDaemon({ name: 'order_sync', interval: '1h' })
class OrderSync implements OnTick {
  #runs = 0;
  tick(): void {
    if (++this.#runs % 2 === 1) throw new Error('no \u001b[31mroute');
  }
}

@BackgroundDaemon({ name: 'mailer', interval: '6h' })
class Mailer implements OnTick {
  tick(): void {}
}

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'daemonry-history-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const createApplicationAt = (now: string, more: object = { history: {} }): Promise<TestApplication> =>
  createTestApplication({
    name: 'shop',
    listeners: [OrderSync, Mailer],
    modules: [webModule()],
    config: { values: { web: { port: 0 }, state: { directory }, ...more } },
    now,
  });

const urlOf = (app: TestApplication): string => app.listeners.resolve<WebServer>('web').address?.url ?? 'none';

/** An application that ran six hours of a night, and was started again at eight. */
async function givenMorning(): Promise<TestApplication> {
  const night = await createApplicationAt('2030-01-31T00:00:00Z');
  await night.start();
  await night.clock.advance('6h');
  await night.stop();
  const morning = await createApplicationAt('2030-01-31T08:00:00Z');
  await morning.start();
  return morning;
}

const status = (app: TestApplication) => givenFolder().call(['status', '--url', urlOf(app)]);

const history = (app: TestApplication, ...args: readonly string[]) =>
  givenFolder().call(['history', ...args, '--url', urlOf(app)]);

describe('daemonry status', () => {
  it('says how long ago and how soon by the clock of the application', async () => {
    const app = await givenMorning();
    await app.clock.advance('90m');

    const { stdout } = await status(app);

    expect(stdout).toMatch(/order_sync +failed 30m ago, took 0ms +in 30m/);
    await app.stop();
  });
});

describe('daemonry history', () => {
  it('says what failed in the night, although the application was restarted', async () => {
    const app = await givenMorning();

    const { code, stdout } = await history(app, '--outcome', 'failed', '--from', '2030-01-30T22:00:00Z');

    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, -1)).toEqual(
      [1, 3, 5].map((hour) => `2030-01-31T0${hour}:00:00.000Z  order_sync tick  failed  0ms  no \\x1b[31mroute`),
    );
    await app.stop();
  });

  it('counts durations on the clock of the application', async () => {
    const app = await givenMorning();

    const night = await history(app, '--outcome', 'failed', '--from', '6h', '--to', '4h');

    expect(night).toMatchObject({ code: 0, stderr: '' });
    expect(night.stdout.match(/T\d\d/g)).toEqual(['T03']);
    expect(await history(app, '--from', '99999999999d')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('a duration before now such as 12h, not "99999999999d"') as string,
    });
    await app.stop();
  });

  it('says by whom, and why, a due moment was skipped', async () => {
    const app = await givenMorning();
    await app.pause('order_sync', { by: 'kim', reason: 'the bank moves' });
    await app.clock.advance('1h');

    const skipped = ['2030-01-31T09:00:00.000Z', 'order_sync tick', 'skipped', 'pause by kim: the bank moves'];
    expect((await history(app, '--outcome', 'skipped')).stdout.trim().split(/ {2,}/)).toEqual(skipped);
    await app.stop();
  });

  it('shows one listener, within an hour, and page by page', async () => {
    const app = await givenMorning();

    const hour = ['order_sync', '--from', '2030-01-31T02:00:00Z', '--to', '2030-01-31T03:00:00Z'];
    const first = await history(app, 'order_sync', '--limit', '4');
    const [, cursor = ''] = /--before (\S+)\n$/.exec(first.stdout) ?? [];
    const older = await history(app, 'order_sync', '--limit', '4', '--before', cursor);

    expect((await history(app, ...hour)).stdout).toMatch(
      /^2030-01-31T02:00:00.000Z {2}order_sync tick {2}succeeded {2}0ms\s*$/,
    );
    expect(first.stdout.match(/T\d\d/g)).toEqual(['T03', 'T04', 'T05', 'T06']);
    expect(older.stdout.match(/T\d\d/g)).toEqual(['T01', 'T02']);
    expect(older.stdout).not.toContain('--before');
    expect(JSON.parse((await history(app, '--json', '--limit', '1')).stdout)).toMatchObject({ runs: [{}] });
    await app.stop();
  });

  it('says that there are none, which listener is unknown, and that no history is kept', async () => {
    const app = await givenMorning();
    const without = await createTestApplication({
      name: 'plain',
      modules: [webModule()],
      config: { values: { web: { port: 0 } } },
    });
    await without.start();

    const none = await history(app, '--outcome', 'lost');
    const unknown = await history(app, 'order_snyc');
    const off = await history(without);

    expect(none).toMatchObject({ code: 0, stdout: 'The history has no such runs.\n' });
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('Did you mean "order_sync"?') as string });
    expect(off).toMatchObject({ code: 1, stderr: expect.stringMatching(/HISTORY_OFF[^]*configure it/) as string });
    await Promise.all([app.stop(), without.stop()]);
  });

  it.each([
    [['--outcome', 'broken'], /Allowed choices are succeeded, failed/],
    [['--from', 'yesterday'], /an instant such as .*, or a duration before now such as 12h/],
    [['--to', '-1h'], /an instant such as/],
    [['--limit', '5000'], /from 1 to 1000/],
  ])('refuses %s', async (args, why) => {
    expect(await givenFolder().call(['history', ...args])).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(why) as string,
    });
  });
});
