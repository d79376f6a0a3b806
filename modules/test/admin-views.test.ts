import type { ListenerStatus, RunRecord } from 'daemonry';

import { page } from './support/adminPages';
import { givenShop } from './support/givenViewed';

const { rowsOf, attentionOf, filterCounts } = page('views/overview.mjs');
const { intentsOf, intentsFor } = page('views/intents.mjs');
const { actionsOf, dueText, failingSince, freshnessText, neighboursOf, errorText } = page('views/listener.mjs');
const { durationsOf } = page('views/chart.mjs');

const OPTIONS = { sort: 'problems', filter: 'all', search: '', now: Date.parse('2030-01-31T08:00:25Z') };

const runAt = (second: number, outcome: RunRecord['outcome'], ms = 100): RunRecord => ({
  runId: `${second}`,
  tickId: `${second}`,
  listener: 'order_sync',
  task: 'tick',
  trigger: 'schedule',
  scheduledAt: new Date(second * 1_000).toISOString(),
  startedAt: new Date(second * 1_000).toISOString(),
  finishedAt: new Date(second * 1_000 + ms).toISOString(),
  outcome,
});

describe('the overview', () => {
  it('lists listeners with problems first, then by name, and leaves out the ones that do not fit', async () => {
    const app = await givenShop();
    const status = app.status();

    const rows = rowsOf(status, [], OPTIONS);
    expect(rows.map(({ name, word }) => [name, word])).toEqual([
      ['mailer', 'startup failed'],
      ['order_sync', 'failing'],
      ['greeter', 'blocked'],
      ['cleaner', 'running'],
      ['store', 'running'],
    ]);
    expect(rowsOf(status, [], { ...OPTIONS, search: ' Clean' }).map(({ name }) => name)).toEqual(['cleaner']);
    expect(rowsOf(status, [], { ...OPTIONS, filter: 'running' }).map(({ name }) => name)).toEqual(['cleaner', 'store']);
    expect(rowsOf(status, [], { ...OPTIONS, sort: 'next' })[0]?.name).toBe('order_sync');
    expect(filterCounts(status)).toEqual({ all: 5, attention: 3, running: 2, paused: 0, off: 0 });
  });

  it('says what failed, why, since when and when it runs next, and tells no cause twice', async () => {
    const app = await givenShop();

    const findings = attentionOf(app.status(), await app.health(), OPTIONS.now);

    expect(findings).toMatchObject([
      { listener: 'order_sync', title: 'run failed', detail: 'the shop is closed' },
      { listener: 'mailer', title: 'failed to start', detail: 'port 25 refused' },
      { listener: 'greeter', title: 'is blocked', detail: 'It needs "mailer".', tone: 'warn' },
    ]);
    expect(findings[0]?.when).toMatch(/^since 15 s ago · last 5 s ago · 2 times this session · next in 5 s$/);
  });

  it('shows the last success of what has not run since the start', async () => {
    const app = await givenShop();
    const { listeners, ...status } = app.status();
    const cleaner = listeners.find(({ name }) => name === 'cleaner') as ListenerStatus;
    const tasks = cleaner.tasks.map((task) => ({ ...task, lastSuccessAt: '2030-01-31T03:00:00.000Z' }));
    const [row] = rowsOf({ ...status, listeners: [{ ...cleaner, tasks }] }, [], OPTIONS);

    expect(row).toMatchObject({ last: 'succeeded', lastAt: '2030-01-31T03:00:00.000Z', took: '' });
  });

  it('shows a cause that no listener explains', async () => {
    const app = await givenShop();
    const causes = ['due moments cannot be saved: ENOSPC', '"store.compact" has not succeeded for 10s, as it must'];
    const health = { ...(await app.health()), causes };

    expect(attentionOf(app.status(), health, OPTIONS.now).slice(-2)).toMatchObject([
      { title: 'due moments cannot be saved: ENOSPC', tone: 'warn' },
      { listener: 'store', title: 'compact has not succeeded for 10s, as it must' },
    ]);
  });

  it('shows what operators have set, with what lifts it, and what was kept from before the start', async () => {
    const app = await givenShop();
    const kim = { by: 'kim', kind: 'human', reason: 'the disk is being moved' } as const;
    const until = '2030-01-31T09:00:00.000Z';
    await app.operate({ action: 'reschedule', listener: 'order_sync', interval: '10m', ...kim });
    await app.operate({ action: 'log-level', level: 'debug', until, ...kim });
    await app.operate({ action: 'pause', listener: 'cleaner', ...kim });
    await app.operate({ action: 'skip-next', listener: 'greeter', ...kim });
    await app.operate({ action: 'pause', ...kim });
    const { bootedAt } = app.status();
    const shown = (boot: string | undefined, now = '2030-01-31T08:01:00Z') =>
      intentsOf(app.intents(), boot, Date.parse(now)).map(({ listener, what, lift, isRestored }) => [
        listener,
        what,
        lift,
        isRestored,
      ]);

    expect(shown(bootedAt)).toEqual([
      ['cleaner', 'paused', 'resume', false],
      [undefined, 'paused', 'resume', false],
      ['order_sync', 'runs every 10m', 'reset', false],
      [undefined, 'logs debug', undefined, false],
      ['greeter', expect.stringMatching(/^skips /), 'reset', false],
    ]);
    expect(shown('2030-01-31T08:30:00Z').map(([, , , isRestored]) => isRestored)).toEqual(Array(5).fill(true));
    expect(shown(bootedAt, until).map(([, what]) => what)).not.toContain('logs debug');
    const all = intentsOf(app.intents(), bootedAt, 0);
    expect(intentsFor(all, 'cleaner', true).map(({ what }) => what)).toEqual(['paused', 'paused', 'logs debug']);
    expect(intentsFor(all, 'store', false).map(({ what }) => what)).toEqual(['logs debug']);
  });

  it('shows a listener that waits for its restart with the next attempt, a stale task, and a standstill of the loop', async () => {
    const app = await givenShop();
    const status = app.status();
    const now = OPTIONS.now;
    const changed = status.listeners.map((listener) =>
      listener.name === 'store'
        ? { ...listener, state: 'backing_off' as const, restarts: 2, restartAt: '2030-01-31T08:00:35Z' }
        : listener.name === 'cleaner'
          ? { ...listener, tasks: listener.tasks.map((task) => ({ ...task, stale: true })) }
          : listener,
    );
    const standstill = {
      ...{ at: '2030-01-31T08:00:20Z', blockedMs: 2_300, listener: 'cleaner', hook: 'tick', task: 'tick' },
      frame: 'at JSON.parse',
    };
    const found = (stood: object | undefined) =>
      attentionOf({ ...status, listeners: changed }, undefined, now, stood).map(
        ({ listener, title, detail, when }) => [listener, title, detail, when] as const,
      );

    expect(found(standstill)).toEqual(
      expect.arrayContaining([
        ['store', 'is restarted', '', 'attempt 3 in 10 s'],
        ['cleaner', 'is stale', 'It has not succeeded within the time that it must.', 'next in 59 m'],
        ['cleaner', 'held the event loop for 2.3 s', 'at JSON.parse', '5 s ago'],
      ]),
    );
    const hourAgo = { ...standstill, at: '2030-01-31T06:59:00Z' };
    expect(found(hourAgo).map(([, title]) => title)).not.toContain('held the event loop for 2.3 s');
    expect(rowsOf({ ...status, listeners: changed }, [], OPTIONS).find(({ name }) => name === 'cleaner')).toMatchObject(
      { word: 'stale', tone: 'bad' },
    );
  });

  it('can be narrowed to what is paused', async () => {
    const app = await givenShop();
    await app.pause('cleaner', { reason: 'the disk is being moved', by: 'kim' });

    expect(rowsOf(app.status(), [], { ...OPTIONS, filter: 'paused' }).map(({ name }) => name)).toEqual(['cleaner']);
  });
});

describe('the page of a listener', () => {
  it('offers what can be done now', async () => {
    const app = await givenShop();
    await app.pause('cleaner', { reason: 'moving', by: 'kim' });
    const actions = Object.fromEntries(app.status().listeners.map((each) => [each.name, actionsOf(each)]));

    expect(actions).toMatchObject({
      store: ['restart'],
      order_sync: ['trigger', 'pause', 'skip-next', 'reschedule', 'restart'],
      cleaner: ['trigger', 'resume', 'reschedule', 'restart'],
      mailer: ['pause', 'reschedule', 'restart'],
      greeter: ['pause', 'reschedule'],
    });
    await app.pause('greeter', { reason: 'moving', by: 'kim' });
    expect(actionsOf(app.status().listeners.find(({ name }) => name === 'greeter') as ListenerStatus)).toEqual([
      'resume',
      'reschedule',
    ]);
  });

  it('knows since when a task has failed without a break', () => {
    expect(
      failingSince([runAt(1, 'failed'), runAt(2, 'succeeded'), runAt(4, 'failed'), runAt(3, 'timed_out')]),
    ).toEqual({
      at: '1970-01-01T00:00:03.000Z',
      runs: 2,
      isLeast: false,
      success: '1970-01-01T00:00:02.100Z',
    });
    expect(failingSince([runAt(1, 'failed')])).toMatchObject({ runs: 1, isLeast: true });
    expect(failingSince([runAt(1, 'failed'), runAt(2, 'succeeded')])).toBeUndefined();
    expect(failingSince([])).toBeUndefined();
  });

  it('says that a pause leaves a stale task stale, and keeps a fresh one from becoming so', () => {
    expect(freshnessText({ stale: true, paused: false })).toBe('stale: it has not succeeded in time');
    expect(freshnessText({ stale: true, paused: true })).toBe('stale: it had not succeeded in time when it was paused');
    expect(freshnessText({ stale: false, paused: true })).toBe('fresh; the time stands still while it is paused');
    expect(freshnessText({ stale: false, paused: false })).toBe('fresh');
  });

  it('calls due moments after a pause what they are, and those of a blocked listener skipped', () => {
    expect(dueText({ paused: true }, undefined, 10)).toBe('After the pause:');
    expect(dueText({ paused: true }, undefined, 0)).toBe('No due moment is kept before it is resumed.');
    expect(dueText({ paused: false }, 'db', 10)).toBe('Skipped while db does not run:');
    expect(dueText({ paused: false }, undefined, 10)).toBe('');
    expect(dueText({ paused: false }, undefined, 0)).toBe('No due moment ahead.');
  });

  it('names what it needs, and what needs it, with the reason', async () => {
    const { plan } = await givenShop();

    expect(neighboursOf(plan, 'order_sync')).toEqual({
      needs: [{ name: 'store', soft: false, reason: 'injects it' }],
      neededBy: [],
    });
    expect(neighboursOf(plan, 'mailer').neededBy).toEqual([{ name: 'greeter', soft: false, reason: 'depends on it' }]);
  });

  it('writes an error with its stack, code and causes', () => {
    const cause = { name: 'Error', message: 'ENOENT', code: 'ENOENT' };
    expect(errorText({ name: 'E', message: 'm', stack: 'E: m\n    at f', cause })).toBe(
      'E: m\n    at f\ncaused by Error: ENOENT\n  code: ENOENT',
    );
  });

  it('counts durations by halves and hundredths', () => {
    const runs = Array.from({ length: 100 }, (_, index) => runAt(index, 'succeeded', index + 1));
    expect(durationsOf(runs)).toMatchObject({ p50: 50, p95: 95, most: 100 });
    expect(durationsOf(runs.slice(0, 1))).toBeUndefined();
  });
});
