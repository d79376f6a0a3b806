import type { DiscoveredListener } from '../../contracts/DiscoveredListener';
import { describeClass } from '../../errors/describeClass';
import type { Problems } from '../../errors/Problem';
import type { TaskLevel } from './readOptions';

/** The options given for one task itself. */
export interface TaskSources {
  readonly name: string;
  readonly method: string;
  readonly ownConfiguration: TaskLevel;
  readonly ownDecorator: TaskLevel;
}

/** The options given for the whole class: they hold for each task that does not give its own. */
export interface ClassLevels {
  readonly configuration: TaskLevel;
  readonly decorator: TaskLevel;
}

/** The places that may give an option of a task, the one that wins first. */
export const levelsOf = (task: TaskSources, { configuration, decorator }: ClassLevels): readonly TaskLevel[] => [
  task.ownConfiguration,
  task.ownDecorator,
  configuration,
  decorator,
];

/** The index of the level that decides the schedule: the first with an interval or a cron pattern, or -1. */
export const scheduleLevel = (levels: readonly TaskLevel[]): number =>
  levels.findIndex(({ interval, cron }) => interval !== undefined || cron !== undefined);

type Unfit = 'mode' | 'timeZone';

/** Reports a schedule of the class that no task uses, and schedule options that have no effect where they are given. */
export function reportSchedules(
  { target, hasTick }: DiscoveredListener,
  path: string,
  tasks: readonly TaskSources[],
  classLevels: ClassLevels,
  problems: Problems,
): void {
  if (!hasTick && tasks.every(({ ownDecorator }) => givesSchedule(ownDecorator))) {
    const methods =
      tasks.length === 0 ? 'it has no periodic task' : 'each of its periodic tasks has a schedule of its own';
    const { interval, cron } = classLevels.configuration;
    if (givesSchedule(classLevels.decorator)) {
      problems.add('INVALID_SCHEDULE', {
        what: `${target.name} has a schedule, but no \`tick\` method, and ${methods}.`,
        facts: { class: describeClass(target) },
        fix: 'add a `tick` method, or remove the schedule.',
      });
    } else if (givesSchedule(classLevels.configuration) && (interval ?? cron)?.value !== 'off') {
      problems.add('CONFIG_CONFLICT', {
        what: `"${path}" is given a schedule, but ${target.name} has no \`tick\` method, and ${methods}.`,
        facts: { class: describeClass(target), from: (interval ?? cron)?.origin },
        fix: `remove the schedule, or set that of a task under "${path}.tasks".`,
      });
    }
  }
  reportUnfit('mode');
  reportUnfit('timeZone');

  function reportUnfit(option: Unfit): void {
    const isOwn = (task: TaskSources): boolean =>
      effective(task.ownConfiguration, option) || effective(task.ownDecorator, option);
    if (!effective(classLevels.configuration, option) && !tasks.some(isOwn)) return;
    for (const task of tasks) {
      const levels = levelsOf(task, classLevels);
      const decisive = scheduleLevel(levels);
      if (!isUnfit(option, levels[decisive])) continue;
      const { ownConfiguration, ownDecorator } = task;
      if (effective(ownConfiguration, option)) {
        reportConflict(`${path}.tasks.${task.name}`, option, ownConfiguration[option]?.origin);
      } else if (decisive > 1 && effective(ownDecorator, option)) {
        problems.add('INVALID_SCHEDULE', {
          what: `@PeriodicTask of ${target.name}.${task.method} gives "${option}", which has no effect on its schedule.`,
          facts: { class: describeClass(target), 'schedule from': 'the class' },
          fix: MEANING[option],
        });
      }
    }
    const { configuration } = classLevels;
    const scheduled = tasks.map((task) => levelsOf(task, classLevels)).map((levels) => levels[scheduleLevel(levels)]);
    const unfit = scheduled.some((level) => isUnfit(option, level));
    const used = scheduled.some((level) => level !== undefined && !isUnfit(option, level));
    if (effective(configuration, option) && unfit && !used) reportConflict(path, option, configuration[option]?.origin);
  }

  function reportConflict(where: string, option: Unfit, origin: string | undefined): void {
    problems.add('CONFIG_CONFLICT', {
      what: `"${where}.${option}" is configured, and has no effect on the schedule there.`,
      facts: { class: describeClass(target), from: origin },
      fix: MEANING[option],
    });
  }
}

const MEANING: Readonly<Record<Unfit, string>> = {
  mode: "remove it, or give an interval: a cron pattern fixes the moments, which leaves no room for 'fixed-delay'.",
  timeZone: 'remove it, or give a cron pattern: an interval has no time of day.',
};

const givesSchedule = ({ interval, cron }: TaskLevel): boolean => interval !== undefined || cron !== undefined;

/** True if the schedule of the level gives the option no effect. */
function isUnfit(option: Unfit, { interval, cron }: TaskLevel = {}): boolean {
  if ((interval ?? cron)?.value === 'off') return false;
  return option === 'mode' ? cron !== undefined : interval !== undefined;
}

function effective(level: TaskLevel, option: Unfit): boolean {
  return option === 'mode' ? level.mode?.value === 'fixed-delay' : level.timeZone !== undefined;
}
