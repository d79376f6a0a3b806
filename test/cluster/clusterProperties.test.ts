import { createTestCluster } from '../../src/testing';
import { given, grow, type Start } from './givenCluster';

/** Ten times as much with `npm run test:explore`. */
const SCALE = Number(process.env['SCALE'] ?? 1);

/** Pseudo-random numbers below 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** The due moments that the records of a task stand for, each as often as it is stood for. */
function accounted(
  runs: readonly { scheduledAt: string; trigger: string; missed?: { from: string; count: number } }[],
) {
  return runs.flatMap(({ scheduledAt, trigger, missed }) => {
    if (trigger === 'manual') return [];
    const from = Date.parse(missed?.from ?? scheduledAt);
    return Array.from({ length: missed?.count ?? 1 }, (_, index) => from + index * 1_000);
  });
}

describe('Three processes that die, are cut off, freeze and start again at random', () => {
  const seeds = Array.from({ length: 12 * SCALE }, (_, index) => index + 1);

  it.each(seeds)(
    'start no due moment twice, let no overtaken run commit, and account for every moment: seed %d',
    async (seed) => {
      const random = seeded(seed);
      const commits: Start[] = [];
      const task = given({}, async (context) => {
        const own = task.starts.at(-1) as Start;
        await context.sleep(Math.floor(random() * 2_500));
        context.commit(() => commits.push(own));
      });
      const { starts, listeners } = task;
      const cluster = await createTestCluster(3, { listeners, lease: '5s', keep: 10_000, skewMs: [0, 700, -1_300] });
      await cluster.start();
      const away = new Set<number>();
      const dead = new Set<number>();
      for (let step = 0; step < 40; step++) {
        const process = Math.floor(random() * 3);
        const act = random();
        if (dead.has(process)) {
          await cluster.restart(process);
          dead.delete(process);
        } else if (away.has(process)) {
          cluster.heal(process);
          away.delete(process);
        } else if (act < 0.3) {
          cluster.kill(process);
          dead.add(process);
        } else if (act < 0.5) {
          cluster.partition(process);
          away.add(process);
        } else if (act < 0.6) {
          cluster.freeze(process);
          away.add(process);
        }
        await cluster.clock.advance(Math.floor(500 + random() * 6_000));
      }
      for (const process of away) cluster.heal(process);
      for (const process of dead) await cluster.restart(process);
      await cluster.clock.advance('30s');
      await cluster.stop();

      expect(new Set(starts.map(({ tickId }) => tickId)).size).toBe(starts.length);
      expect(grow(starts.map(({ token }) => token))).toBe(true);
      expect(grow(commits.map(({ token }) => token))).toBe(true);
      const moments = accounted(cluster.runs('sync')).sort((a, b) => a - b);
      expect(moments.filter((at, index) => index > 0 && at - (moments[index - 1] ?? 0) !== 1_000)).toEqual([]);
    },
  );

  it(
    'keeps every due moment of a night, and drifts by nothing',
    async () => {
      const { starts, listeners } = given();
      const cluster = await createTestCluster(3, { listeners, keep: 30_000 });
      await cluster.start();
      const moments = 2_000 * SCALE;
      await cluster.clock.advance(moments * 1_000);

      expect(starts).toHaveLength(moments);
      expect((starts.at(-1)?.at ?? 0) - (starts[0]?.at ?? 0)).toBe((moments - 1) * 1_000);
      expect(starts.every(({ at, context }) => context.startedAt.getTime() === at)).toBe(true);
      await cluster.stop();
    },
    60_000 * SCALE,
  );
});
