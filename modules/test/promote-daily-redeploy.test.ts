import { join } from 'node:path';

import { promoteSnapshotExpandModule } from '@daemonry/modules/promotions';

import { endPromotions, givenFolder, givenPromotions } from './support/givenPromotions';

afterEach(endPromotions);

const DAY_MS = 86_400_000;

describe('A daily loop of an application that is deployed every day', () => {
  it('runs every day, though no process lives for a day', async () => {
    const folder = await givenFolder();
    const runs: (string | undefined)[][] = [];
    let proposals = 0;

    for (let day = 0; day < 5; day += 1) {
      const { app, audit, promotions, stop } = await givenPromotions({
        folder,
        // Ticks read and write files, which takes its time on a busy machine.
        settleMs: 10_000,
        now: Date.parse('2030-01-01T09:00:00Z') + day * DAY_MS,
        modules: [promoteSnapshotExpandModule()],
        values: { state: { directory: join(folder, 'state') } },
      });
      if (day === 1) {
        const details = { route: 'slack_dm', tool: 'ops__open_tickets', outcome: 'ok', durationMs: 1 } as const;
        for (let call = 0; call < 5; call += 1) {
          await audit.append('reasoning.tool_called', details, { source: 'reasoning_engine' });
        }
      }
      await app.clock.advance('23h');
      runs.push(app.runs('promote_snapshot_expand').map(({ outcome, trigger }) => `${outcome} (${trigger})`));
      proposals = (await promotions.list()).length;
      await stop();
    }

    expect(runs).toEqual([[], ...Array.from({ length: 4 }, () => ['succeeded (catch-up)'])]);
    expect(proposals).toBe(1);
  });
});
