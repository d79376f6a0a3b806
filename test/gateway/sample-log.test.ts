import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AuditLog } from '@daemonry/modules/audit_log';
import { Promotions } from '@daemonry/modules/promotions';
import { createTestApplication } from 'daemonry/testing';

import { SampleLog } from '../../examples/gateway/listeners/SampleLog';
import { LOOPS, NAMES } from '../../modules/test/support/givenPromotionLoops';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;

/** Ticks read and write files, which takes its time on a busy machine. */
const SETTLE_MS = 10_000;

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function givenSample(): Promise<{ start: (now: string) => Promise<TestApplication> }> {
  const directory = await mkdtemp(join(tmpdir(), 'sample-'));
  folders.push(directory);
  const start = async (now: string): Promise<TestApplication> => {
    const app = await createTestApplication({
      now,
      settleMs: SETTLE_MS,
      listeners: [SampleLog],
      modules: NAMES.map((loop) => LOOPS[loop]()),
      config: {
        values: {
          state: { directory: join(directory, 'state') },
          listeners: Object.fromEntries(NAMES.map((loop) => [`promote_${loop}`, { initialDelay: '5s' }])),
        },
      },
    });
    await app.start();
    return app;
  };
  return { start };
}

describe('The sample log of the gateway', () => {
  it.each(['2026-02-28T23:59:59Z', '2035-07-01T00:00:00Z'])(
    'has something for each of the promotion loops when they first run, also at %s',
    async (now) => {
      const app = await (await givenSample()).start(now);

      await app.clock.advance('5s');

      const outcomes = NAMES.flatMap((loop) => app.runs(`promote_${loop}`).map(({ outcome }) => outcome));
      expect(outcomes).toEqual(NAMES.map(() => 'succeeded'));
      const pending = await app.container.get(Promotions).list({ state: 'pending' });
      expect(new Set(pending.map(({ loop }) => loop))).toEqual(new Set(NAMES));
      await app.stop();
    },
  );

  it('is written once', async () => {
    const { start } = await givenSample();
    const first = await start('2030-01-01T00:00:00Z');
    await first.stop();

    const second = await start('2030-01-01T01:00:00Z');

    const calls: unknown[] = [];
    for await (const event of second.container.get(AuditLog).scan({ types: ['reasoning.tool_called'] }))
      calls.push(event);
    expect(calls).toHaveLength(23);
    expect(second.status().listeners.find(({ name }) => name === 'sample_log')).toMatchObject({
      state: 'disabled',
      disabledReason: 'the message log is not empty',
    });
    await second.stop();
  });
});
