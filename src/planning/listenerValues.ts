import type { PlannedValue } from '../contracts/BootPlan';
import type { TaskSchedule } from '../contracts/entries';
import { formatDuration } from '../time/duration';
import { describeJitter } from './describeJitter';
import type { ListenerPlan } from './ListenerPlan';

/** What an operator can change of each listener, as it is now, under the paths of the configuration. */
export function listenerValues(plans: readonly ListenerPlan[]): readonly PlannedValue[] {
  return plans.flatMap(({ name, metadata, options }) => {
    const own: readonly (readonly [string, unknown])[] = [
      ['enabled', options.enabled],
      ['startupTimeout', formatDuration(options.startupTimeout)],
      ['shutdownTimeout', formatDuration(options.shutdownTimeout)],
      ...(metadata.kind === 'daemon'
        ? ([
            ['fatalOnStartupFailure', options.fatalOnStartupFailure],
            ['tags', options.tags],
          ] as const)
        : []),
    ];
    const tasks = options.tasks.flatMap(({ spec, origins }) => {
      const values: readonly (readonly [string, unknown])[] = [
        ...scheduleOptions(spec.schedule),
        ['overlap', spec.overlap],
        ['misfire', spec.misfire],
        ['jitter', describeJitter(spec.jitter)],
        ['tickTimeout', formatDuration(spec.tickTimeout)],
        ['drainTimeout', formatDuration(spec.drainTimeout)],
      ];
      return describe(`listeners.${name}.tasks.${spec.name}`, values, origins);
    });
    return [...describe(`listeners.${name}`, own, options.origins), ...tasks];
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
  values.map(([option, value]) => ({ path: `${path}.${option}`, value, origin: origins[option] ?? 'default' }));
