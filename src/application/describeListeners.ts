import type { ExitReportListener } from '../contracts/ExitReport';
import { isDaemon } from '../contracts/ListenerDefinition';
import type { RunLedger } from '../contracts/RunLedger';
import type { Scheduler } from '../contracts/Scheduler';
import type { ListenerStatus, TaskStatus } from '../contracts/status';
import type { ListenerRuntime } from '../coordinator/ListenerRuntime';
import { serializeError } from '../errors/serializeError';
import { describeSchedule } from '../scheduling/when';
import type { PeriodicTaskSpec } from '../contracts/entries';

const isoText = (at: number): string => new Date(at).toISOString();

/** A listener as the status shows it. */
export function describeListener(runtime: ListenerRuntime, scheduler: Scheduler, ledger: RunLedger): ListenerStatus {
  const { definition, state, startedAt, startupMs, error, blockedBy, disabledReason } = runtime;
  const daemon = isDaemon(definition) ? definition : undefined;
  return {
    name: definition.name,
    state,
    fatalOnStartupFailure: daemon?.fatalOnStartupFailure ?? true,
    ...(definition.pluginName === undefined ? {} : { pluginName: definition.pluginName }),
    ...(startedAt === undefined ? {} : { startedAt: isoText(startedAt) }),
    ...(startupMs === undefined ? {} : { startupMs }),
    ...(error === undefined ? {} : { error: serializeError(error) }),
    ...(blockedBy === undefined ? {} : { blockedBy }),
    ...(disabledReason === undefined ? {} : { disabledReason }),
    ...(scheduler.isStuck(definition.name) ? { stuck: true } : {}),
    tasks: (daemon?.tasks ?? []).map((spec) => describeTask(definition.name, spec, scheduler, ledger)),
  };
}

function describeTask(listener: string, spec: PeriodicTaskSpec, scheduler: Scheduler, ledger: RunLedger): TaskStatus {
  const { nextRunAt, pause } = scheduler.state(listener, spec.name);
  const [lastRun] = ledger.runs(listener, { task: spec.name, limit: 1 });
  return {
    name: spec.name,
    schedule: describeSchedule(spec.schedule),
    paused: pause !== undefined,
    ...(pause === undefined ? {} : { pause }),
    ...(nextRunAt === undefined ? {} : { nextRunAt }),
    ...(lastRun === undefined ? {} : { lastRun }),
    counters: ledger.counters(listener, spec.name),
  };
}

/** A listener as the exit report shows it. */
export function reportListener({
  name,
  state,
  startupMs,
  shutdownMs,
  error,
  cut,
}: ListenerRuntime): ExitReportListener {
  return {
    name,
    state,
    ...(startupMs === undefined ? {} : { startupMs }),
    ...(shutdownMs === undefined ? {} : { shutdownMs }),
    ...(error === undefined ? {} : { error: serializeError(error) }),
    ...(cut ? { cut } : {}),
  };
}

/** What keeps an application from doing all its work, one sentence each. */
export function degradedCauses(runtimes: Iterable<ListenerRuntime>, scheduler: Scheduler): string[] {
  const causes: string[] = [];
  for (const runtime of runtimes) {
    const { name, state, error, blockedBy } = runtime;
    if (state === 'startup_failed') causes.push(`"${name}" failed to start: ${error?.message ?? 'unknown'}`);
    if (state === 'blocked') causes.push(`"${name}" is blocked by "${blockedBy ?? 'unknown'}"`);
    if (state === 'died') causes.push(error?.message ?? `"${name}" died`);
    if (scheduler.isStuck(name)) causes.push(`"${name}" is stuck: a run has outlived its timeout and has not settled`);
  }
  return causes;
}
