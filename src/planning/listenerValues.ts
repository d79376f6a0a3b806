import { DEFAULT_ORIGIN, type PlannedValue } from '../contracts/BootPlan';
import type { RestartPolicy, TaskSchedule, Jitter } from '../contracts/entries';
import { isDaemon, type ListenerDefinition } from '../contracts/ListenerDefinition';
import { formatDuration } from '../time/duration';

/** Lists the options that an operator can change, with their decided values and their paths in the configuration. */
export function listenerValues(definitions: readonly ListenerDefinition[]): readonly PlannedValue[] {
  return definitions.flatMap((definition) => {
    const { name, enabled, startupTimeout, shutdownTimeout, restart, essential, tags, origins } = definition;
    const daemon = isDaemon(definition) ? definition : undefined;
    const own: readonly (readonly [string, unknown])[] = [
      ['enabled', enabled],
      ['startupTimeout', formatDuration(startupTimeout)],
      ['shutdownTimeout', formatDuration(shutdownTimeout)],
      ['restart', describeRestart(restart)],
      ['essential', essential],
      ...(daemon === undefined
        ? []
        : ([
            ['fatalOnStartupFailure', daemon.fatalOnStartupFailure],
            ['tags', tags],
          ] as const)),
    ];
    const tasks = (daemon?.tasks ?? []).flatMap((task) => {
      const values: readonly (readonly [string, unknown])[] = [
        ...scheduleOptions(task.schedule),
        ['overlap', task.overlap],
        ['misfire', task.misfire],
        ['jitter', describeJitter(task.jitter)],
        ['tickTimeout', formatDuration(task.tickTimeout)],
        ['drainTimeout', formatDuration(task.drainTimeout)],
        ['mustSucceedWithin', task.mustSucceedWithin === undefined ? 'none' : formatDuration(task.mustSucceedWithin)],
        ['freshness', task.freshness ?? 'degraded'],
        ['scope', task.cluster === undefined ? 'process' : 'cluster'],
        ...(task.cluster === undefined
          ? []
          : ([
              ['delivery', task.cluster.delivery],
              ['maxStarts', task.cluster.maxStarts],
            ] as const)),
      ];
      return describe(`listeners.${name}.tasks.${task.name}`, values, task.origins);
    });
    return [...describe(`listeners.${name}`, own, origins), ...tasks];
  });
}

function scheduleOptions(schedule: TaskSchedule): readonly (readonly [string, string])[] {
  switch (schedule.kind) {
    case 'interval':
      return [
        ['interval', formatDuration(schedule.everyMs)],
        ['mode', schedule.mode],
        ['initialDelay', formatDuration(schedule.initialDelayMs)],
      ];
    case 'cron':
      return [
        ['cron', schedule.pattern],
        ['timeZone', schedule.timeZone],
      ];
    case 'manual':
      return [['interval', 'off']];
  }
}

const describe = (
  path: string,
  values: readonly (readonly [string, unknown])[],
  origins: Readonly<Record<string, string>>,
): PlannedValue[] =>
  values.map(([option, value]) => ({ path: `${path}.${option}`, value, origin: origins[option] ?? DEFAULT_ORIGIN }));

/** A restart policy for people: `never`, or `after 1s to 1m (jitter 20%), 5 within 10m, reset after 10m`. */
export function describeRestart(policy: RestartPolicy | undefined): string {
  if (policy === undefined) return 'never';
  const { delay, maxDelay, jitter, resetAfter, limit } = policy;
  const delays = delay === maxDelay ? formatDuration(delay) : `${formatDuration(delay)} to ${formatDuration(maxDelay)}`;
  const most = limit === undefined ? 'no limit' : `${limit.restarts} within ${formatDuration(limit.within)}`;
  return `after ${delays} (jitter ${describeJitter(jitter)}), ${most}, reset after ${formatDuration(resetAfter)}`;
}

/** A jitter for people: `none`, `5s`, `10%`. */
export function describeJitter(jitter: Jitter): string {
  switch (jitter.kind) {
    case 'none':
      return 'none';
    case 'ms':
      return formatDuration(jitter.ms);
    case 'percent':
      return `${jitter.percent}%`;
  }
}
