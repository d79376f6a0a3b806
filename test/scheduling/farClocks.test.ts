import { BackgroundDaemon } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

async function given(options: { readonly interval?: string; readonly cron?: string }, now: string) {
  const due: string[] = [];
  @BackgroundDaemon({ ...options } as never)
  class Sync {
    tick({ scheduledAt }: { readonly scheduledAt: Date }): void {
      due.push(scheduledAt.toISOString());
    }
  }
  const app = await createTestApplication({ listeners: [Sync], now });
  await app.start();
  return { app, due };
}

describe('Due moments are right', () => {
  it.each([
    ['before the epoch', '1969-12-31T23:58:30.000Z', ['1969-12-31T23:59:30.000Z', '1970-01-01T00:00:30.000Z']],
    ['at the epoch', '1970-01-01T00:00:00.000Z', ['1970-01-01T00:01:00.000Z', '1970-01-01T00:02:00.000Z']],
    ['over 2038', '2038-01-19T03:13:07.000Z', ['2038-01-19T03:14:07.000Z', '2038-01-19T03:15:07.000Z']],
  ])('on a clock that stands %s', async (_where, now, expected) => {
    const { app, due } = await given({ interval: '1m' }, now);

    await app.clock.advance('2m');

    expect(due).toEqual(expected);
    expect(app.status().listeners[0]?.tasks[0]?.counters).toMatchObject({ succeeded: 2, failed: 0 });
  });

  it('by a calendar before the epoch, and over it', async () => {
    const { app, due } = await given({ cron: '0 * * * *' }, '1969-12-31T22:30:00.000Z');

    await app.clock.advance('2h');

    expect(due).toEqual(['1969-12-31T23:00:00.000Z', '1970-01-01T00:00:00.000Z']);
  });

  it('of an interval longer than any timer of Node', async () => {
    const { app, due } = await given({ interval: '400d' }, '2036-12-20T00:00:00.000Z');

    await app.clock.advance('900d');

    expect(due).toEqual(['2038-01-24T00:00:00.000Z', '2039-02-28T00:00:00.000Z']);
  });
});

describe('An interval', () => {
  it('may be as long as a clock can tell, and is then never due', async () => {
    const { app, due } = await given({ interval: 1e15 as never }, '2026-01-01T00:00:00.000Z');

    await app.clock.advance('100d');

    expect(due).toEqual([]);
    expect(Date.parse(app.status().listeners[0]?.tasks[0]?.nextRunAt ?? '')).toBe(Date.parse('2026-01-01') + 1e15);
  });

  it('that ends after the end of time is refused', async () => {
    await expect(given({ interval: 9e15 as never }, '2026-01-01T00:00:00.000Z')).rejects.toMatchObject({
      problems: [expect.objectContaining({ code: 'INVALID_OPTION' })],
    });
  });
});

describe('At the end of all instants', () => {
  it.each([
    ['an interval', { interval: '200d' }],
    ['an interval after the last run', { interval: '200d', mode: 'fixed-delay' }],
  ] as const)('%s has no due moment left, and the application says so', async (_what, options) => {
    const { app, due } = await given(options, '+275760-01-01T12:00:00.000Z');

    await app.clock.advance('250d');

    expect(due).toHaveLength(1);
    expect((await app.trigger('sync')).outcome).toBe('succeeded');
    expect(app.status().listeners[0]?.tasks[0]).not.toHaveProperty('nextRunAt');
    expect(await app.explain('sync', '+275760-09-13T00:00:00.000Z')).toHaveLength(1);
  });
});
