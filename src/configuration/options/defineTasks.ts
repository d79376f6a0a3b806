import { DEFAULT_ORIGIN } from '../../contracts/BootPlan';
import type { DiscoveredListener } from '../../contracts/DiscoveredListener';
import type { Jitter, TaskSchedule } from '../../contracts/entries';
import type { TaskDefinition } from '../../contracts/ListenerDefinition';
import type { AnyClass } from '../../contracts/metadata';
import { describeClass } from '../../errors/describeClass';
import type { Problems } from '../../errors/Problem';
import { isName, taskName } from '../tree/names';
import {
  type ListenerConfiguration,
  decide,
  type GivenOption,
  NOTHING_GIVEN,
  readConfigured,
  readDecorator,
  type TaskLevel,
} from './readOptions';
import { CONFIGURED_TASK_RULES, OPTION_DEFAULTS, PERIODIC_TASK_RULES } from './optionTable';

/** A task, and the places that may give its options. */
interface GivenTask {
  readonly name: string;
  readonly method: string;
  /** The place that wins first: configuration and decorator of the task, then configuration and decorator of the class. */
  readonly levels: readonly [TaskLevel, TaskLevel, TaskLevel, TaskLevel];
}

/**
 * The tasks of a daemon with every option decided: `tick` first, then the `@PeriodicTask` methods as they are declared.
 *
 * @param operator - the configuration of the class, which holds for each task that is not given its own.
 * @param author - the decorator of the class.
 */
export function defineTasks(
  listener: DiscoveredListener,
  configured: ListenerConfiguration | undefined,
  operator: TaskLevel,
  author: TaskLevel,
  problems: Problems,
): readonly TaskDefinition[] {
  const { target } = listener;
  const path = `listeners.${listener.name}`;
  const tasks: GivenTask[] = [];
  const add = (name: string, method: string, ownDecorator: TaskLevel): void => {
    const given = configured?.tasks.get(name);
    const ownConfiguration = readConfigured(given, CONFIGURED_TASK_RULES, `${path}.tasks.${name}`, problems);
    tasks.push({ name, method, levels: [ownConfiguration, ownDecorator, operator, author] });
  };

  if (listener.hasTick) add('tick', 'tick', NOTHING_GIVEN);
  for (const task of listener.tasks) {
    const name = taskName(task);
    const what = `@PeriodicTask of ${target.name}.${task.method}`;
    const ownDecorator = readDecorator(task.options, PERIODIC_TASK_RULES, what, target, problems);
    if (!isName(name)) reportName(name, what, target, problems);
    const other = tasks.find((earlier) => earlier.name === name);
    if (other === undefined) add(name, task.method, ownDecorator);
    else reportTwice(name, [other.method, task.method], target, problems);
  }
  reportSchedules(listener, path, tasks, { operator, author }, problems);
  return tasks.map(defineTask);
}

type TaskOption = keyof typeof CONFIGURED_TASK_RULES;
type ValueOf<K extends TaskOption> = NonNullable<TaskLevel[K]>['value'];
type PickOption = <K extends TaskOption>(option: K, fallback: ValueOf<K>) => ValueOf<K>;

function defineTask({ name, method, levels }: GivenTask): TaskDefinition {
  const origins: Record<string, string> = {};
  const pick: PickOption = (option, fallback) => {
    let given: GivenOption<typeof fallback> | undefined;
    for (const level of levels) {
      given = level[option];
      if (given !== undefined) break;
    }
    return decide(option, given, fallback, origins);
  };
  const { jitter: noJitter, overlap, misfire, tickTimeout, drainTimeout } = OPTION_DEFAULTS;
  const jitter = pick('jitter', noJitter);
  return {
    name,
    method,
    schedule: decideSchedule(levels, pick, origins),
    jitter: isZero(jitter) ? noJitter : jitter,
    overlap: pick('overlap', overlap),
    misfire: pick('misfire', misfire),
    tickTimeout: pick('tickTimeout', tickTimeout),
    drainTimeout: pick('drainTimeout', drainTimeout),
    origins,
  };
}

function decideSchedule(levels: readonly TaskLevel[], pick: PickOption, origins: Record<string, string>): TaskSchedule {
  const { interval, cron } = levels.find(givesSchedule) ?? {};
  if (interval !== undefined && interval.value !== 'off') {
    origins['interval'] = interval.origin;
    const everyMs = interval.value;
    const mode = pick('mode', OPTION_DEFAULTS.mode);
    return { kind: 'interval', everyMs, mode, initialDelayMs: pick('initialDelay', everyMs) };
  }
  if (interval === undefined && cron !== undefined && cron.value !== 'off') {
    origins['cron'] = cron.origin;
    return { kind: 'cron', pattern: cron.value, timeZone: pick('timeZone', OPTION_DEFAULTS.timeZone) };
  }
  origins['interval'] = (interval ?? cron)?.origin ?? DEFAULT_ORIGIN;
  return { kind: 'manual' };
}

const isZero = (jitter: Jitter): boolean =>
  (jitter.kind === 'ms' && jitter.ms === 0) || (jitter.kind === 'percent' && jitter.percent === 0);

function reportName(name: string, what: string, target: AnyClass, problems: Problems): void {
  problems.add('INVALID_NAME', {
    what: `"${name}" cannot be the name of ${what}.`,
    facts: { class: describeClass(target) },
    fix: 'give it a `name` of lower-case words with one underscore between them, such as "clean_up".',
  });
}

function reportTwice(name: string, methods: readonly string[], target: AnyClass, problems: Problems): void {
  problems.add('DUPLICATE_TASK', {
    what: `Two tasks of one daemon are called "${name}".`,
    facts: { class: describeClass(target), methods: methods.join(', ') },
    fix: 'give one of them another `name`.',
  });
}

type Unfit = 'mode' | 'timeZone';

/** Reports a schedule of the class that no task uses, and schedule options that have no effect where they are given. */
function reportSchedules(
  { target, hasTick }: DiscoveredListener,
  path: string,
  tasks: readonly GivenTask[],
  { operator, author }: { readonly operator: TaskLevel; readonly author: TaskLevel },
  problems: Problems,
): void {
  if (!hasTick && tasks.every(({ levels: [, ownDecorator] }) => givesSchedule(ownDecorator))) {
    const methods =
      tasks.length === 0 ? 'it has no periodic task' : 'each of its periodic tasks has a schedule of its own';
    const { interval, cron } = operator;
    if (givesSchedule(author)) {
      problems.add('INVALID_SCHEDULE', {
        what: `${target.name} has a schedule, but no \`tick\` method, and ${methods}.`,
        facts: { class: describeClass(target) },
        fix: 'add a `tick` method, or remove the schedule.',
      });
    } else if (givesSchedule(operator) && (interval ?? cron)?.value !== 'off') {
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
    const isOwn = ({ levels: [ownConfiguration, ownDecorator] }: GivenTask): boolean =>
      effective(ownConfiguration, option) || effective(ownDecorator, option);
    if (!effective(operator, option) && !tasks.some(isOwn)) return;
    const scheduled = tasks.map(({ levels }) => levels.find(givesSchedule));
    for (const [index, { name, method, levels }] of tasks.entries()) {
      const schedule = scheduled[index];
      if (!isUnfit(option, schedule)) continue;
      const [ownConfiguration, ownDecorator] = levels;
      if (effective(ownConfiguration, option)) {
        reportConflict(`${path}.tasks.${name}`, option, ownConfiguration[option]?.origin);
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
    if (effective(operator, option) && unfit && !used) reportConflict(path, option, operator[option]?.origin);
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
