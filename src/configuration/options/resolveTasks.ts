import type { Jitter, PeriodicTaskSpec, TaskSchedule } from '../../contracts/entries';
import type { Problems } from '../../errors/Problem';
import { DEFAULT_ORIGIN, type ConfiguredValue } from '../tree/ConfigTree';
import type { DecoratedListener } from './DecoratedListener';
import type { ListenerConfiguration } from './ListenerConfiguration';
import { isName, taskName } from '../tree/names';
import { CONFIGURED_TASK_RULES, PERIODIC_TASK_RULES } from './optionTable';
import { type Decided, decide, NOTHING_GIVEN, type TaskLevel } from './OptionLevel';
import { readConfigured } from './readConfigured';
import { readDecorator } from './readDecorator';
import { reportSchedules } from './reportSchedules';
import { type ClassLevels, levelsOf, scheduleLevel, type TaskSources } from './TaskSources';

/** A task with every option decided, and where each comes from. */
export interface ResolvedTask {
  readonly spec: PeriodicTaskSpec;
  readonly origins: Readonly<Record<string, string>>;
}

const NOTHING: ReadonlyMap<string, ConfiguredValue> = new Map();

/** The tasks of a daemon: `tick` first, then the `@PeriodicTask` methods as they are declared. */
export function resolveTasks(
  listener: DecoratedListener,
  path: string,
  configured: ListenerConfiguration | undefined,
  classLevels: ClassLevels,
  problems: Problems,
): readonly ResolvedTask[] {
  const configurationOf = (name: string): TaskLevel =>
    readConfigured(configured?.tasks.get(name) ?? NOTHING, CONFIGURED_TASK_RULES, `${path}.tasks.${name}`, problems);

  const tasks: TaskSources[] = listener.hasTick
    ? [{ name: 'tick', method: 'tick', ownConfiguration: configurationOf('tick'), ownDecorator: NOTHING_GIVEN }]
    : [];
  for (const task of listener.tasks) {
    const name = taskName(task);
    const what = `@PeriodicTask of ${listener.className}.${task.method}`;
    const ownDecorator = readDecorator(task.options, PERIODIC_TASK_RULES, { what, listener }, problems);
    if (!isName(name)) reportName(name, what, listener, problems);
    const other = tasks.find((earlier) => earlier.name === name);
    if (other !== undefined) {
      reportTwice(name, [other.method, task.method], listener, problems);
      continue;
    }
    tasks.push({ name, method: task.method, ownConfiguration: configurationOf(name), ownDecorator });
  }
  reportSchedules(listener, path, tasks, classLevels, problems);
  return tasks.map((task) => resolveTask(task, classLevels));
}

type TaskOption = keyof typeof CONFIGURED_TASK_RULES;
type ValueOf<K extends TaskOption> = NonNullable<TaskLevel[K]>['value'];

function resolveTask(task: TaskSources, classLevels: ClassLevels): ResolvedTask {
  const levels = levelsOf(task, classLevels);
  const origins: Record<string, string> = {};
  const pick: Pick = (option, fallback) => {
    let decided: Decided<typeof fallback> | undefined;
    for (const level of levels) {
      decided = level[option];
      if (decided !== undefined) break;
    }
    return decide(option, decided, fallback, origins);
  };
  const jitter = pick('jitter', NO_JITTER);
  return {
    spec: {
      name: task.name,
      method: task.method,
      schedule: resolveSchedule(levels, pick, origins),
      jitter: isZero(jitter) ? NO_JITTER : jitter,
      overlap: pick('overlap', 'skip'),
      misfire: pick('misfire', 'skip'),
      tickTimeout: pick('tickTimeout', 300_000),
      drainTimeout: pick('drainTimeout', 0),
    },
    origins,
  };
}

type Pick = <K extends TaskOption>(option: K, fallback: ValueOf<K>) => ValueOf<K>;

function resolveSchedule(levels: readonly TaskLevel[], pick: Pick, origins: Record<string, string>): TaskSchedule {
  const { interval, cron } = levels[scheduleLevel(levels)] ?? {};
  if (interval !== undefined && interval.value !== 'off') {
    origins['interval'] = interval.origin;
    const everyMs = interval.value;
    const mode = pick('mode', 'fixed-rate');
    return { kind: 'interval', everyMs, mode, initialDelayMs: pick('initialDelay', everyMs) };
  }
  if (interval === undefined && cron !== undefined && cron.value !== 'off') {
    origins['cron'] = cron.origin;
    return { kind: 'cron', pattern: cron.value, timeZone: pick('timeZone', 'UTC') };
  }
  origins['interval'] = (interval ?? cron)?.origin ?? DEFAULT_ORIGIN;
  return { kind: 'manual' };
}

const NO_JITTER: Jitter = { kind: 'none' };

const isZero = (jitter: Jitter): boolean =>
  (jitter.kind === 'ms' && jitter.ms === 0) || (jitter.kind === 'percent' && jitter.percent === 0);

function reportName(name: string, what: string, listener: DecoratedListener, problems: Problems): void {
  problems.add('INVALID_NAME', {
    what: `"${name}" cannot be the name of ${what}.`,
    facts: { class: listener.source },
    fix: 'give it a `name` of lower-case words with one underscore between them, such as "clean_up".',
  });
}

function reportTwice(name: string, methods: readonly string[], listener: DecoratedListener, problems: Problems): void {
  problems.add('DUPLICATE_TASK', {
    what: `Two tasks of one daemon are called "${name}".`,
    facts: { class: listener.source, methods: methods.join(', ') },
    fix: 'give one of them another `name`.',
  });
}
