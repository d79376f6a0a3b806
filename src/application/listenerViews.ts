import type { AvailabilityState } from '../contracts/Availability';
import type { PeriodicTaskSpec } from '../contracts/entries';
import type { ExitReportListener } from '../contracts/ExitReport';
import { isDaemon } from '../contracts/ListenerDefinition';
import type { RunLedger } from '../contracts/RunLedger';
import type { Scheduler } from '../contracts/Scheduler';
import type { ListenerStatus, TaskStatus } from '../contracts/status';
import { lastRunning, type ListenerRuntime } from '../coordinator/ListenerRuntime';
import { serializeError } from '../errors/serializeError';
import { describeSchedule } from '../scheduling/when';
import { isoText } from '../time/instant';

/** A listener as the status shows it. */
export function describeListener(runtime: ListenerRuntime, scheduler: Scheduler, ledger: RunLedger): ListenerStatus {
  const { name, definition, current, error } = runtime;
  const daemon = isDaemon(definition) ? definition : undefined;
  const running = lastRunning(current);
  return {
    name,
    state: current.state,
    fatalOnStartupFailure: daemon?.fatalOnStartupFailure ?? true,
    ...(definition.pluginName === undefined ? {} : { pluginName: definition.pluginName }),
    ...(running === undefined ? {} : { startedAt: isoText(running.startedAt), startupMs: running.startupMs }),
    ...(error === undefined ? {} : { error: serializeError(error) }),
    ...(current.state === 'blocked' ? { blockedBy: current.blockedBy } : {}),
    ...(current.state === 'disabled' ? { disabledReason: current.reason } : {}),
    ...(scheduler.isStuck(name) ? { stuck: true } : {}),
    tasks: (daemon?.tasks ?? []).map((spec) => describeTask(name, spec, scheduler, ledger)),
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
export function reportListener({ name, current, error }: ListenerRuntime): ExitReportListener {
  const running = lastRunning(current);
  const stopped = current.state === 'stopped' || current.state === 'shutdown_failed' ? current : undefined;
  return {
    name,
    state: current.state,
    ...(running === undefined ? {} : { startupMs: running.startupMs }),
    ...(stopped?.shutdownMs === undefined ? {} : { shutdownMs: stopped.shutdownMs }),
    ...(error === undefined ? {} : { error: serializeError(error) }),
    ...(stopped?.cut === true ? { cut: true } : {}),
  };
}

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
    case 'registered':
    case 'starting':
    case 'stopping':
    case 'stopped':
    case 'shutdown_failed':
      return { state: 'stopped' };
  }
}

/** Why an application does not do all its work, one sentence each. */
export function degradedCauses(runtimes: Iterable<ListenerRuntime>, scheduler: Scheduler): string[] {
  const causes: string[] = [];
  for (const { name, current } of runtimes) {
    if (current.state === 'startup_failed') causes.push(`"${name}" failed to start: ${current.error.message}`);
    if (current.state === 'blocked') causes.push(`"${name}" is blocked by "${current.blockedBy}"`);
    if (current.state === 'died') causes.push(current.error.message);
    if (scheduler.isStuck(name)) causes.push(`"${name}" is stuck: a run has outlived its timeout and has not settled`);
  }
  return causes;
}
