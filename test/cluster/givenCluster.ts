import { BackgroundDaemon, type OnTick, type RunRecord, type TickContext } from '../../src';
import { createTestCluster, type TestCluster, type TestClusterOptions } from '../../src/testing';

export interface Start {
  readonly at: number;
  readonly tickId: string;
  readonly token: bigint;
  readonly context: TickContext;
}

/** A daemon of cluster scope that keeps what it was started with. */
export const given = (options: object = {}, work: (context: TickContext) => unknown = () => undefined) => {
  const starts: Start[] = [];
  class Sync implements OnTick {
    tick(context: TickContext): void {
      const { tickId, scheduledAt, fencingToken = 0n } = context;
      starts.push({ at: scheduledAt.getTime(), tickId, token: fencingToken, context });
      return work(context) as void;
    }
  }
  BackgroundDaemon({ name: 'sync', interval: '1s', scope: 'cluster', ...options })(Sync);
  return { starts, listeners: [Sync] };
};

export const started = async (size: number, options: TestClusterOptions): Promise<TestCluster> => {
  const cluster = await createTestCluster(size, options);
  await cluster.start();
  return cluster;
};

export const outcomes = (runs: readonly RunRecord[]): readonly string[] =>
  runs.map(({ outcome = 'running', reason }) => reason ?? outcome);

export const holderOf = (cluster: TestCluster): number =>
  Number(/process-(\d+)/.exec(cluster.state('sync').holder ?? '')?.[1]);

export const grow = (tokens: readonly bigint[]): boolean =>
  tokens.every((token, index) => index === 0 || token > (tokens[index - 1] ?? 0n));
