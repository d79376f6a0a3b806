import type {
  ClusterClaim,
  ClusterIntents,
  ClusterMoment,
  ClusterRun,
  ClusterTask,
  ClusterWorker,
  RunRecord,
  SkipReason,
} from 'daemonry';

/** A task as a test joins it. It runs due moments of any age. */
export const givenTask = (changed: Partial<ClusterTask> = {}): ClusterTask => ({
  application: 'shop',
  listener: 'orders',
  task: 'tick',
  overlap: 'skip',
  misfire: 'run-once',
  delivery: 'at-most-once',
  maxStarts: 1,
  scheduleKey: 'every 1s',
  ...changed,
});

/** A due moment, now by default. */
export const givenMoment = (changed: Partial<ClusterMoment> = {}): ClusterMoment => {
  const now = Math.floor(Date.now());
  return { trigger: 'schedule', scheduledAt: now, firesAt: now, ...changed };
};

/** The side of the application: runs `work` for each claim, and remembers what it was told. */
export class FakeWorker implements ClusterWorker {
  readonly claims: ClusterClaim[] = [];
  readonly skipped: RunRecord[] = [];
  readonly lostRuns: RunRecord[] = [];
  readonly heard: ClusterIntents[] = [];
  isSuperseded = false;
  takesWork = true;

  constructor(
    private readonly task: ClusterTask,
    private readonly work: (claim: ClusterClaim) => void | Promise<void> = () => undefined,
  ) {}

  run(claim: ClusterClaim): ClusterRun | undefined {
    if (!this.takesWork) return undefined;
    this.claims.push(claim);
    const record = { ...this.#recordOf(claim), startedAt: new Date().toISOString() };
    const decided = (async () => this.work(claim))().then(
      (): RunRecord => ({ ...record, outcome: 'succeeded' }),
      ({ name, message }: Error): RunRecord => ({ ...record, outcome: 'failed', error: { name, message } }),
    );
    return { record, decided, settled: decided.then(() => undefined) };
  }

  isNewest(): boolean {
    return true;
  }

  skip(moment: ClusterMoment, reason: SkipReason): readonly RunRecord[] {
    const record: RunRecord = { ...this.#recordOf(moment), outcome: 'skipped', reason };
    this.skipped.push(record);
    return [record];
  }

  lost(run: RunRecord): RunRecord {
    this.lostRuns.push(run);
    return { ...run, outcome: 'lost' };
  }

  changed(intents: ClusterIntents): void {
    this.heard.push(intents);
  }

  superseded(isSuperseded: boolean): void {
    this.isSuperseded = isSuperseded;
  }

  #recordOf({ trigger, scheduledAt, manualId }: ClusterMoment): RunRecord {
    const { listener, task } = this.task;
    const at = new Date(scheduledAt).toISOString();
    const runId = manualId ?? `${at}#${this.claims.length}#${this.skipped.length}`;
    const tickId = `${listener}.${task}@${manualId === undefined ? at : `manual:${manualId}`}`;
    return { runId, tickId, listener, task, trigger, scheduledAt: at };
  }
}
