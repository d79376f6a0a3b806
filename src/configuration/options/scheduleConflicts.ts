import type { AnyClass } from '../../contracts/metadata';
import { describeClass } from '../../errors/describeClass';
import type { Problems } from '../../errors/Problem';
import { NOTHING_GIVEN, type OptionLevel } from './readOptions';

/** A task and the places that give its options. */
export interface GivenTask {
  readonly name: string;
  readonly method: string;
  /** The place that wins first: configuration and decorator of the task, then configuration and decorator of the class. */
  readonly levels: readonly [OptionLevel, OptionLevel, OptionLevel, OptionLevel];
}

/** A daemon whose tasks have been read. */
export interface GivenDaemon {
  readonly target: AnyClass;
  readonly hasTick: boolean;
  /** Where its options stand in the configuration. */
  readonly path: string;
  readonly tasks: readonly GivenTask[];
  /** The configuration of the class. */
  readonly operator: OptionLevel;
  /** The decorator of the class. */
  readonly author: OptionLevel;
}

/** Reports a schedule of the class that no task uses, and schedule options that have no effect where they are given. */
export function reportSchedules(daemon: GivenDaemon, problems: Problems): void {
  if (!daemon.hasTick && daemon.tasks.every(({ levels }) => givesSchedule(levels[1]))) {
    reportUnused(daemon, problems);
  }
  if (daemon.tasks.every(givesNothing) && daemon.operator === NOTHING_GIVEN) return;
  reportUnfit(daemon, 'mode', problems);
  reportUnfit(daemon, 'timeZone', problems);
  reportUnfit(daemon, 'initialDelay', problems);
}

/** True if neither configuration nor decorator of the task gives an option. */
const givesNothing = ({ levels }: GivenTask): boolean => levels[0] === NOTHING_GIVEN && levels[1] === NOTHING_GIVEN;

/** True if the place gives an interval or a cron pattern. */
export const givesSchedule = ({ values: { interval, cron } }: OptionLevel): boolean =>
  interval !== undefined || cron !== undefined;

function reportUnused({ target, path, tasks, operator, author }: GivenDaemon, problems: Problems): void {
  const methods =
    tasks.length === 0 ? 'it has no periodic task' : 'each of its periodic tasks has a schedule of its own';
  if (givesSchedule(author)) {
    problems.add('INVALID_SCHEDULE', {
      what: `${target.name} has a schedule, but no \`tick\` method, and ${methods}.`,
      facts: { class: describeClass(target) },
      fix: 'add a `tick` method, which a property with a function is not, or remove the schedule.',
    });
  } else if (givesSchedule(operator) && (operator.values.interval ?? operator.values.cron) !== 'off') {
    problems.add('CONFIG_CONFLICT', {
      what: `"${path}" is given a schedule, but ${target.name} has no \`tick\` method, and ${methods}.`,
      facts: { class: describeClass(target), from: originOf(operator, 'interval') ?? originOf(operator, 'cron') },
      fix: `remove the schedule, or set that of a task under "${path}.tasks".`,
    });
  }
}

type Unfit = 'mode' | 'timeZone' | 'initialDelay';

function reportUnfit({ target, path, tasks, operator, author }: GivenDaemon, option: Unfit, problems: Problems): void {
  const isOwn = ({ levels }: GivenTask): boolean => effective(levels[0], option) || effective(levels[1], option);
  if (!effective(operator, option) && !tasks.some(isOwn)) return;
  const reportConflict = (where: string, level: OptionLevel): void =>
    problems.add('CONFIG_CONFLICT', {
      what: `"${where}.${option}" is configured, and has no effect on the schedule there.`,
      facts: { class: describeClass(target), from: originOf(level, option) },
      fix: MEANING[option],
    });
  const scheduled = tasks.map(({ levels }) => levels.find(givesSchedule));
  for (const [index, { name, method, levels }] of tasks.entries()) {
    const schedule = scheduled[index];
    if (!isUnfit(option, schedule)) continue;
    const [ownConfiguration, ownDecorator] = levels;
    if (effective(ownConfiguration, option)) {
      reportConflict(`${path}.tasks.${name}`, ownConfiguration);
    } else if ((schedule === operator || schedule === author) && effective(ownDecorator, option)) {
      problems.add('INVALID_SCHEDULE', {
        what: `@PeriodicTask of ${target.name}.${method} gives "${option}", which has no effect on its schedule.`,
        facts: { class: describeClass(target), 'schedule from': 'the class' },
        fix: MEANING[option],
      });
    }
  }
  const unfit = scheduled.some((level) => isUnfit(option, level));
  const used = scheduled.some((level) => level !== undefined && !isUnfit(option, level));
  if (effective(operator, option) && unfit && !used) reportConflict(path, operator);
}

const MEANING: Readonly<Record<Unfit, string>> = {
  mode: "remove it, or give an interval: a cron pattern fixes the moments, which leaves no room for 'fixed-delay'.",
  timeZone: 'remove it, or give a cron pattern: an interval has no time of day.',
  initialDelay: 'remove it, or give an interval: a cron pattern fixes the moments, the first one too.',
};

/** True if the schedule of the place gives the option no effect. */
function isUnfit(option: Unfit, level: OptionLevel | undefined): boolean {
  const { interval, cron } = level?.values ?? {};
  if ((interval ?? cron) === 'off') return false;
  return option === 'timeZone' ? interval !== undefined : cron !== undefined;
}

const effective = ({ values }: OptionLevel, option: Unfit): boolean =>
  option === 'mode' ? values.mode === 'fixed-delay' : values[option] !== undefined;

const originOf = ({ origins }: OptionLevel, option: string): string | undefined =>
  typeof origins === 'string' ? origins : origins[option];
