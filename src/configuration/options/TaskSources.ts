import type { TaskLevel } from './OptionLevel';

/** What is said of one task itself. */
export interface TaskSources {
  readonly name: string;
  readonly method: string;
  readonly ownConfiguration: TaskLevel;
  readonly ownDecorator: TaskLevel;
}

/** What is said of all tasks of a class that do not say it themselves. */
export interface ClassLevels {
  readonly configuration: TaskLevel;
  readonly decorator: TaskLevel;
}

/** What is said of a task, the place that counts most first. */
export const levelsOf = (task: TaskSources, { configuration, decorator }: ClassLevels): readonly TaskLevel[] => [
  task.ownConfiguration,
  task.ownDecorator,
  configuration,
  decorator,
];

/** The first place that gives an interval or a cron pattern decides the schedule. */
export const scheduleLevel = (levels: readonly TaskLevel[]): number =>
  levels.findIndex(({ interval, cron }) => interval !== undefined || cron !== undefined);
