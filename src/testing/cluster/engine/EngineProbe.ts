import assert from 'node:assert/strict';

import type {
  ClusterClaim,
  ClusterEngine,
  ClusterIntents,
  ClusterMoment,
  ClusterRun,
  ClusterTask,
  ClusterTaskHandle,
  ClusterWorker,
} from '../../../contracts/ClusterEngine';
import type { RunOutcome, RunRecord, SkipReason } from '../../../contracts/RunRecord';
import { isoText } from '../../../time/instant';

/** One process of an engine under test, with everything that can happen to it. */
export interface EngineProcess {
  /** Connected. */
  readonly engine: ClusterEngine;
  /** Ends it as `kill -9` does: nothing is given back. */
  kill(): void | Promise<void>;
  /** Cuts its link to the store, without an error at once. */
  partition(): void | Promise<void>;
  /** Ends the partition. */
  heal(): void | Promise<void>;
}

/** An engine under test: processes that share one store, and a way to let time pass. */
export interface EngineSubject {
  /** Adds a process, and connects it. */
  process(): Promise<EngineProcess>;
  /** Time of the store, as well as the test can know it. */
  now(): number;
  /** Lets time pass until `isDone`, for `ms` milliseconds at the most; resolves in either case. */
  until(isDone: () => boolean, ms: number): Promise<void>;
  /** Ends all processes, and removes what they have left in the store. */
  close(): Promise<void>;
}

/** Time that a store may take for what it does at once. */
const SOON_MS = 5_000;

/** A run that the probe was given; it goes on until it is told to end. */
export interface ProbedRun {
  readonly claim: ClusterClaim;
  end(outcome?: RunOutcome): void;
}

/** The side of an application that keeps what an engine calls. */
export class EngineProbe implements ClusterWorker {
  readonly runs: ProbedRun[] = [];
  readonly skips: { readonly moment: ClusterMoment; readonly reason: SkipReason; readonly accounted?: number }[] = [];
  readonly losses: RunRecord[] = [];
  readonly told: ClusterIntents[] = [];
  readonly superseding: boolean[] = [];
  /** False to say that a later due moment has come. */
  newest = true;
  /** False to give every moment back. */
  takes = true;
  readonly handle: ClusterTaskHandle;
  readonly task: ClusterTask;
  readonly #process: EngineProcess;
  readonly #subject: EngineSubject;
  #count = 0;

  constructor(subject: EngineSubject, process: EngineProcess, task: ClusterTask) {
    this.#subject = subject;
    this.#process = process;
    this.task = task;
    this.handle = process.engine.join(task, this);
  }

  run(claim: ClusterClaim): ClusterRun | undefined {
    if (!this.takes) return undefined;
    const record = this.#record(claim);
    let decide: (record: RunRecord) => void = () => undefined;
    let settle: () => void = () => undefined;
    const decided = new Promise<RunRecord>((resolve) => (decide = resolve));
    const settled = new Promise<void>((resolve) => (settle = resolve));
    const end = (outcome: RunOutcome = 'succeeded'): void => {
      decide({ ...record, outcome, finishedAt: isoText(this.#subject.now()) });
      settle();
    };
    this.runs.push({ claim, end });
    return { record, decided, settled };
  }

  isNewest(): boolean {
    return this.newest;
  }

  skip(moment: ClusterMoment, reason: SkipReason, accounted?: number): readonly RunRecord[] {
    this.skips.push({ moment, reason, ...(accounted === undefined ? {} : { accounted }) });
    const { startedAt: _never, ...record } = this.#record({ ...moment, start: 1 });
    return [{ ...record, outcome: 'skipped', reason }];
  }

  lost(run: RunRecord, at: number): RunRecord {
    const record: RunRecord = { ...run, outcome: 'lost', finishedAt: isoText(at) };
    this.losses.push(record);
    return record;
  }

  changed(intents: ClusterIntents): void {
    this.told.push(intents);
  }

  superseded(isSuperseded: boolean): void {
    this.superseding.push(isSuperseded);
  }

  /** The moments that it has run, by their due moment. */
  get started(): readonly number[] {
    return this.runs.map(({ claim }) => claim.scheduledAt);
  }

  /** Offers a due moment, again while the store says that it is too early. */
  async offer(scheduledAt: number): Promise<'kept' | 'known'> {
    for (;;) {
      const answer = await this.handle.offer({ trigger: 'schedule', scheduledAt, firesAt: scheduledAt });
      if (answer !== 'early') return answer;
      await this.#subject.until(() => false, 50);
    }
  }

  /** Lets time pass until the condition holds. @throws AssertionError when it does not */
  async until(what: string, isDone: () => boolean, ms = SOON_MS): Promise<void> {
    await this.#subject.until(isDone, ms);
    assert(isDone(), `within ${ms} ms: ${what}`);
  }

  #record({ trigger, scheduledAt, manualId, start }: ClusterMoment & { readonly start: number }): RunRecord {
    const { listener, task } = this.task;
    const runId = `${this.#process.engine.processId}-${++this.#count}`;
    return {
      runId,
      tickId: `${listener}.${task}@${manualId === undefined ? isoText(scheduledAt) : `manual:${manualId}`}`,
      listener,
      task,
      trigger,
      scheduledAt: isoText(scheduledAt),
      startedAt: isoText(this.#subject.now()),
      ...(start === 1 ? {} : { start }),
      process: { sessionId: this.#process.engine.processId, host: 'probe', pid: 1 },
    };
  }
}
