import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon } from '../../src';
import { createTestApplication, planSnapshot } from '../../src/testing';
import { givenListener } from '../support/givenListener';

@BackgroundDaemon({ interval: '5m', jitter: '1m', dependsOn: ['database'], tags: ['sync'] })
class OrderSync {
  tick(): void {}
}

const given = (options: { now: string; directory: string }) =>
  createTestApplication({
    name: 'shop',
    listeners: [givenListener([], 'database'), OrderSync],
    now: options.now,
    config: { values: { state: { directory: options.directory }, shutdown: { grace: '7s' } } },
  });

describe('planSnapshot', () => {
  it('is the same at another time and in another place', async () => {
    const one = await given({ now: '2026-01-01T00:00:00Z', directory: join(tmpdir(), 'a', 'state') });
    const other = await given({ now: '2027-06-01T12:34:56Z', directory: join(tmpdir(), 'b', 'state') });
    expect(planSnapshot(one.plan)).toEqual(planSnapshot(other.plan));
    expect(JSON.stringify(planSnapshot(one.plan))).not.toMatch(/20\d\d-|planSnapshot\.test/);
    expect(JSON.stringify(planSnapshot(one.plan))).not.toContain(tmpdir());
  });

  it('keeps what the plan decides', async () => {
    const { plan } = await given({ now: '2026-01-01T00:00:00Z', directory: join(tmpdir(), 'state') });
    const snapshot = planSnapshot(plan);
    expect(snapshot).toEqual(JSON.parse(JSON.stringify(snapshot)));
    expect(snapshot).toMatchObject({
      name: 'shop',
      order: ['database', 'order_sync'],
      listeners: [
        { name: 'database' },
        {
          name: 'order_sync',
          tags: ['sync'],
          edges: [{ on: 'database', kind: 'dependsOn', soft: false }],
          tasks: [{ name: 'tick', schedule: 'every 5m' }],
        },
      ],
    });
    expect(Object.keys(snapshot.values)).toEqual(expect.arrayContaining(['shutdown.grace', 'state.directory']));
    expect(snapshot.values['state.directory']).toMatch(/^"state" \(/);
    expect(snapshot.values).not.toHaveProperty(['startup.concurrency']);
  });

  it('tells plans apart', async () => {
    const { plan } = await given({ now: '2026-01-01T00:00:00Z', directory: 'state' });
    const other = await createTestApplication({ name: 'shop', listeners: [givenListener([], 'database')] });
    expect(planSnapshot(other.plan)).not.toEqual(planSnapshot(plan));
  });
});
