import type { CallInFlight } from '../contracts/ApplicationEvents';
import type { AvailabilityState } from '../contracts/Availability';
import type { PeriodicTaskSpec } from '../contracts/entries';
import type { ExitReportListener } from '../contracts/ExitReport';
import type { Draft } from '../contracts/frozen';
import { isDaemon } from '../contracts/ListenerDefinition';
import type { Scheduler } from '../contracts/Scheduler';
import type { ListenerStatus, TaskStatus } from '../contracts/status';
import { lastRunning, type ListenerRuntime } from '../coordinator/ListenerRuntime';
import { messageOf, serializeError } from '../errors/serializeError';
import type { Freshness } from './Freshness';
import type { InMemoryRunLedger } from '../scheduling/InMemoryRunLedger';
import { describeSchedule } from '../scheduling/when';

/** The most calls in flight that are told of. */
const MOST_CALLS = 100;

/** The parts that the status of a listener is read from. */
interface StatusSources {
  readonly scheduler: Scheduler;
  readonly ledger: InMemoryRunLedger;
  readonly freshness: Freshness;
  /** The listener for which a running one has its due moments skipped, if there is one. */
  readonly heldBy: HeldBy;
  /** Remembers its latest answer. */
  readonly isoText: (ms: number) => string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Removes secrets from a text. */
  readonly redact: Redact;
}

type HeldBy = (runtime: ListenerRuntime) => string | undefined;

type Redact = (text: string) => string;

/** A listener as the status shows it. */
export function describeListener(runtime: ListenerRuntime, sources: StatusSources): ListenerStatus {
  const { definition, current, error } = runtime;
  const { name, pluginName } = definition;
  const daemon = isDaemon(definition) ? definition : undefined;
  const running = lastRunning(current);
  // There may be thousands, so that properties are added one by one instead of spreading an object for each.
  const status: Draft<ListenerStatus> = {
    name,
    state: current.state,
    fatalOnStartupFailure: daemon?.fatalOnStartupFailure ?? true,
    tasks: daemon === undefined ? NO_TASKS : daemon.tasks.map((spec) => describeTask(name, spec, sources)),
  };
  if (pluginName !== undefined) status.pluginName = pluginName;
  if (running !== undefined) {
    status.startedAt = sources.isoText(running.startedAt);
    status.startupMs = running.startupMs;
  }
  if (error !== undefined) status.error = serializeError(error, sources.redact);
  const blockedBy = current.state === 'blocked' ? current.blockedBy : sources.heldBy(runtime);
  if (blockedBy !== undefined) status.blockedBy = blockedBy;
  if (current.state === 'disabled') status.disabledReason = current.reason;
  if (current.state === 'backing_off') status.restartAt = sources.isoText(current.restartAt);
  const { inRow } = runtime.historyAt(sources.now);
  if (inRow > 0) status.restarts = inRow;
  if (isStuck(runtime, sources.scheduler)) status.stuck = true;
  const cluster = current.state === 'running' ? current.run?.cluster : undefined;
  if (cluster !== undefined) status.cluster = cluster;
  return status;
}

const NO_TASKS: readonly TaskStatus[] = Object.freeze([]);

function describeTask(listener: string, spec: PeriodicTaskSpec, sources: StatusSources): TaskStatus {
  const { scheduler, ledger, freshness } = sources;
  const { nextRunAt, pause, inFlight, schedule = spec.schedule, cluster } = scheduler.state(listener, spec.name);
  const history = ledger.history(listener, spec.name);
  const lastRun = history.latest?.record;
  const status: Draft<TaskStatus> = {
    name: spec.name,
    schedule: describeSchedule(schedule),
    paused: pause !== undefined,
    counters: history.counters,
  };
  if (pause !== undefined) status.pause = pause;
  if (nextRunAt !== undefined) status.nextRunAt = nextRunAt;
  if (inFlight !== undefined) status.inFlight = inFlight;
  if (cluster !== undefined) status.cluster = cluster;
  if (lastRun !== undefined) status.lastRun = lastRun;
  const { succeededAt, failingSince, failure } = history;
  if (!Number.isNaN(succeededAt)) status.lastSuccessAt = sources.isoText(succeededAt);
  if (!Number.isNaN(failingSince)) status.failingSince = sources.isoText(failingSince);
  if (failure !== undefined) status.lastFailure = failure;
  const stale = spec.mustSucceedWithin === undefined ? undefined : freshness.isStale(listener, spec.name);
  if (stale !== undefined) status.stale = stale;
  return status;
}

/** A listener as the exit report shows it. */
export function reportListener({ name, current, error }: ListenerRuntime, redact: Redact): ExitReportListener {
  const running = lastRunning(current);
  const stopped = current.state === 'stopped' || current.state === 'shutdown_failed' ? current : undefined;
  return {
    name,
    state: current.state,
    ...(current.state === 'blocked' ? { blockedBy: current.blockedBy } : {}),
    ...(running === undefined ? {} : { startupMs: running.startupMs }),
    ...(stopped?.shutdownMs === undefined ? {} : { shutdownMs: stopped.shutdownMs }),
    ...(error === undefined ? {} : { error: serializeError(error, redact) }),
    ...(stopped?.cut === true ? { cut: true } : {}),
  };
}

/** True for a listener whose shutdown has failed, or was cut. */
export const hasStoppedBadly = ({ current }: ListenerRuntime): boolean =>
  current.state === 'shutdown_failed' || (current.state === 'stopped' && current.cut);

/** A listener as its consumers find it through `@Available`. */
export function availabilityOf({ current }: ListenerRuntime): AvailabilityState<object> {
  switch (current.state) {
    case 'running':
      return { state: 'ready', instance: current.instance };
    case 'disabled':
      return { state: 'disabled', reason: current.reason };
    case 'startup_failed':
    case 'blocked':
    case 'died':
      return { state: 'failed', error: current.error };
    case 'backing_off':
      return { state: 'restarting', error: current.failure.error, restartAt: new Date(current.restartAt) };
    case 'starting':
      return current.failure === undefined
        ? { state: 'stopped' }
        : { state: 'restarting', error: current.failure.error, restartAt: new Date(current.since) };
    case 'stopping':
      return current.isRestart && current.death !== undefined
        ? { state: 'failed', error: current.death }
        : { state: 'stopped' };
    case 'registered':
    case 'stopped':
    case 'shutdown_failed':
      return { state: 'stopped' };
  }
}

/** The hooks and runs in flight: startups, shutdowns and runs. The `run` bodies, which always are, are left out. */
export function callsInFlight(runtimes: Iterable<ListenerRuntime>, ledger: InMemoryRunLedger): readonly CallInFlight[] {
  const calls: CallInFlight[] = [];
  for (const { name, state } of runtimes) {
    if (state === 'starting') calls.push({ listener: name, hook: 'startup' });
    if (state === 'stopping') calls.push({ listener: name, hook: 'shutdown' });
  }
  return [...calls, ...ledger.inFlight(MOST_CALLS)].slice(0, MOST_CALLS);
}

/** The newest startup of each listener that has come up, in epoch milliseconds. */
export function endedStartups(
  runtimes: Iterable<ListenerRuntime>,
): readonly { readonly listener: string; readonly began: number; readonly ended: number }[] {
  return Array.from(runtimes).flatMap(({ name, current }) => {
    const { startedAt, startupMs } = lastRunning(current) ?? {};
    return startedAt === undefined || startupMs === undefined
      ? []
      : [{ listener: name, began: startedAt - startupMs, ended: startedAt }];
  });
}

/** Why an application does not do all its work, one sentence each. */
export function degradedCauses(
  runtimes: Iterable<ListenerRuntime>,
  { scheduler, heldBy, redact }: Pick<StatusSources, 'scheduler' | 'heldBy' | 'redact'>,
): string[] {
  const causes: string[] = [];
  for (const runtime of runtimes) {
    const { name, current, failure } = runtime;
    if (failure !== undefined) {
      const text = messageOf(failure.error, redact);
      const what = failure.kind === 'died' ? text : `"${name}" failed to start: ${text}`;
      causes.push(failure.isRestarted ? `"${name}" is started again: ${what}` : what);
    }
    if (current.state === 'disabled' && current.wasInService === true)
      causes.push(`"${name}" is disabled: ${redact(current.reason)}`);
    if (current.state === 'blocked') causes.push(`"${name}" is blocked by "${current.blockedBy}"`);
    const need = heldBy(runtime);
    if (need !== undefined) causes.push(`"${name}" skips its due moments: it needs "${need}", which does not run`);
    if (scheduler.isStuck(name)) causes.push(`"${name}" is stuck: a run has outlived its timeout and has not settled`);
    else if (isStuck(runtime, scheduler))
      causes.push(`"${name}" is stuck: its restart waits for a hook of its last life`);
  }
  return causes;
}

const isStuck = ({ name, current }: ListenerRuntime, scheduler: Scheduler): boolean =>
  scheduler.isStuck(name) || (current.state === 'backing_off' && current.isStuck);
