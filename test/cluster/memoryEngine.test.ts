import { describeClusterEngine, MemoryCluster, VirtualClock } from '../../src/testing';

// region own-engine
describeClusterEngine('in memory', () => {
  const clock = new VirtualClock();
  const cluster = new MemoryCluster(clock, { leaseMs: 5_000 });
  let processes = 0;
  return {
    process: async () => {
      const engine = cluster.engine(`process-${processes++}`, clock);
      return {
        engine,
        kill: () => {
          engine.link = 'dead';
        },
        partition: () => {
          engine.link = 'partitioned';
        },
        heal: () => {
          engine.link = 'connected';
        },
      };
    },
    now: () => clock.now(),
    until: async (isDone, ms) => {
      for (let passed = 0; passed < ms && !isDone(); passed += 5) await clock.advance(Math.min(5, ms - passed));
    },
    close: async () => undefined,
  };
});
// endregion own-engine
