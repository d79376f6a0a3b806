import { explore, replay, synthetic } from '../../src/testing';
import type { ExploredRun } from '../../src/testing/explore/ExploredRun';
import * as properties from './restartProperties';

const SEED = Number(process.env['SEED'] ?? 1);
const RUNS = Number(process.env['RESTARTS'] ?? 300);

const seen = { died: 0, restarted: 0, late: 0 };

function everythingHolds(run: ExploredRun): void {
  for (const property of Object.values(properties)) property(run);
  for (const { name } of run.events) {
    if (name === 'listener.died') seen.died++;
    if (name === 'listener.restarting') seen.restarted++;
  }
  const isBlocked = new Set(
    run.events.filter(({ name }) => name === 'listener.blocked').map(({ listener }) => listener),
  );
  const started = run.events.filter(({ name }) => name === 'listener.started').map(({ listener }) => listener);
  if (started.some((listener) => isBlocked.has(listener))) seen.late++;
}

describe('Listeners that die, fail, are restarted and start late, in every schedule that is drawn,', () => {
  it('never live twice at once, start and run only with what they need, and are each shut down once a life', async () => {
    const report = await explore(synthetic({ restarts: true, faults: 6, actions: 7 }), everythingHolds, {
      runs: RUNS,
      seed: SEED,
      timeLimit: 200_000,
    });

    expect(report).toMatchObject({ schedules: RUNS, interrupted: false });
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
  }, 200_000);

  it('end with the application when their shutdown for a restart is over before it stops them', async () => {
    const listener = { name: 'a', shutdown: [1], restart: true };
    const run = await replay(synthetic(), () => true, {
      application: { listeners: [listener], concurrency: 1, rollbackGrace: 200, grace: 200, delay: 15 },
      faults: [],
      actions: [{ do: 'restart', listener: 'a' }],
    });

    expect(run.report).toMatchObject({ code: 0, listeners: [{ name: 'a', state: 'stopped' }] });
  });
});
