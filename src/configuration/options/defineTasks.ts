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
import { type ClassLevels, levelsOf, reportSchedules, scheduleLevel, type TaskSources } from './schedules';

/** The tasks of a daemon with every option decided: `tick` first, then the `@PeriodicTask` methods as they are declared. */
export function defineTasks(
  listener: DiscoveredListener,
  configured: ListenerConfiguration | undefined,
  classLevels: ClassLevels,
  problems: Problems,
): readonly TaskDefinition[] {
  const { target } = listener;
  const path = `listeners.${listener.name}`;
  const configurationOf = (name: string): TaskLevel =>
    readConfigured(configured?.tasks.get(name), CONFIGURED_TASK_RULES, `${path}.tasks.${name}`, problems);

  const tasks: TaskSources[] = listener.hasTick
    ? [{ name: 'tick', method: 'tick', ownConfiguration: configurationOf('tick'), ownDecorator: NOTHING_GIVEN }]
    : [];
  for (const task of listener.tasks) {
    const name = taskName(task);
    const what = `@PeriodicTask of ${target.name}.${task.method}`;
    const ownDecorator = readDecorator(task.options, PERIODIC_TASK_RULES, what, target, problems);
    if (!isName(name)) reportName(name, what, target, problems);
    const other = tasks.find((earlier) => earlier.name === name);
    if (other !== undefined) {
      reportTwice(name, [other.method, task.method], target, problems);
      continue;
    }
    tasks.push({ name, method: task.method, ownConfiguration: configurationOf(name), ownDecorator });
  }
  reportSchedules(listener, path, tasks, classLevels, problems);
  return tasks.map((task) => defineTask(task, classLevels));
}

type TaskOption = keyof typeof CONFIGURED_TASK_RULES;
type ValueOf<K extends TaskOption> = NonNullable<TaskLevel[K]>['value'];
type PickOption = <K extends TaskOption>(option: K, fallback: ValueOf<K>) => ValueOf<K>;

function defineTask(task: TaskSources, classLevels: ClassLevels): TaskDefinition {
  const levels = levelsOf(task, classLevels);
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
    name: task.name,
    method: task.method,
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
  const { interval, cron } = levels[scheduleLevel(levels)] ?? {};
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
