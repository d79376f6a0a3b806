import type { Registry } from '../contracts/Application';
import type { BackgroundDaemonEntry, PeriodicTaskSpec } from '../contracts/entries';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import type { RunRecord } from '../contracts/RunRecord';
import type { ScheduleExplanation } from '../contracts/Scheduler';
import type { Engine } from '../coordinator/Engine';
import type { HistoryOnDemand } from '../history/HistoryOnDemand';
import { explainIdleTask, unknownAt, withRecord } from '../scheduling/explainTask';

/** The parts of an application that its runs are explained from. */
interface ExplainingParts {
  readonly engine: Pick<Engine, 'scheduler' | 'clock'>;
  readonly daemons: Registry<BackgroundDaemonEntry>;
  /** The history of this process, if one is kept. */
  readonly kept: HistoryOnDemand | undefined;
  readonly log: Pick<ListenerLogger, 'debug'>;
}

/** Explains for each task of a listener what happened, or will happen, at an instant, in this and in earlier processes. */
export async function explainRuns(
  parts: ExplainingParts,
  listener: string,
  at: number,
): Promise<readonly ScheduleExplanation[]> {
  const { daemons, engine } = parts;
  const tasks = daemons.get(listener)?.tasks ?? [];
  const scheduled = engine.scheduler.explain(listener, new Date(at));
  const now = engine.clock.now();
  const scheduledNow = (spec: PeriodicTaskSpec): PeriodicTaskSpec => {
    const { schedule = spec.schedule } = engine.scheduler.state(listener, spec.name);
    return { ...spec, schedule };
  };
  const explained =
    scheduled.length > 0 ? scheduled : tasks.map((spec) => explainIdleTask(listener, scheduledNow(spec), at, now));
  return Promise.all(explained.map((each) => fromHistory(parts, each, at)));
}

/** Adds a record of an earlier process, or one that the ledger has no more. */
async function fromHistory(
  parts: ExplainingParts,
  explanation: ScheduleExplanation,
  at: number,
): Promise<ScheduleExplanation> {
  const { kept, daemons } = parts;
  const { listener, task, verdict, record } = explanation;
  const isToCome = verdict === 'will-run' || verdict === 'will-be-skipped';
  const shared = isToCome ? undefined : await fromCluster(parts, listener, task, at);
  const tasks = daemons.get(listener)?.tasks;
  if (shared !== undefined && shared !== 'away') return withRecord(explanation, tasks, shared);
  if (record !== undefined || isToCome) return explanation;
  const found = await kept?.recordOf(listener, task, at, verdict === 'not-recorded');
  const isUnknown = shared === 'away' && found === undefined && verdict === 'not-recorded';
  return isUnknown ? unknownAt(explanation, tasks) : withRecord(explanation, tasks, found);
}

/** The record of a task of cluster scope, of whatever process; undefined if there is none. */
async function fromCluster(
  { engine, log }: ExplainingParts,
  listener: string,
  task: string,
  at: number,
): Promise<RunRecord | 'away' | undefined> {
  return engine.scheduler
    .shared(listener, task)
    ?.recordOf(at)
    .catch((error: unknown) => {
      log.debug('the cluster engine could not be asked for a record', { error });
      return 'away';
    });
}
