import { type DiscoveredListener, hasRun, hasTick, pluginOf } from '../../contracts/DiscoveredListener';
import type { Jitter, TaskSchedule } from '../../contracts/entries';
import type {
  DaemonDefinition,
  GivenOrigins,
  ListenerDefinition,
  ListenerEdge,
  PlainListenerDefinition,
  TaskDefinition,
} from '../../contracts/ListenerDefinition';
import { type AnyClass, listenerMetadata, taskMetadata } from '../../contracts/metadata';
import { describeClass, nameOfClass } from '../../errors/describeClass';
import type { Problems } from '../../errors/Problem';
import { everyMs } from '../../time/duration';
import { isName, taskName } from '../tree/names';
import { decideRestart } from './decideRestart';
import {
  CONFIGURED_DAEMON_RULES,
  CONFIGURED_LISTENER_RULES,
  CONFIGURED_TASK_RULES,
  DAEMON_DECORATOR_RULES,
  LISTENER_DECORATOR_RULES,
  OPTION_DEFAULTS,
  PERIODIC_TASK_RULES,
} from './optionTable';
import {
  type ListenerConfiguration,
  NOTHING_GIVEN,
  type OptionLevel,
  OptionPicker,
  readConfigured,
  readDecorator,
  type Rules,
} from './readOptions';
import { decideCluster, reportCluster } from './clusterOptions';
import { type GivenTask, givesSchedule, reportSchedules } from './scheduleConflicts';

/**
 * Decides every option of a listener. The first place that gives an option wins: the configuration of the task, the
 * decorator of the task, the configuration of the listener, the decorator of the class, the default.
 *
 * Everything that does not fit is reported and treated as not given. A cron pattern is not parsed here.
 */
export function defineListener(
  listener: DiscoveredListener,
  configured: ListenerConfiguration | undefined,
  problems: Problems,
): ListenerDefinition {
  const { name, target } = listener;
  const { kind, options } = listenerMetadata(target) ?? { kind: 'listener', options: {} };
  const isDaemon = kind === 'daemon';
  if (!isName(name)) reportName(name, `the listener ${nameOfClass(target)}`, '"order_sync"', target, problems);
  const kindOf = isDaemon ? DAEMON : LISTENER;
  const author = readDecorator(
    options,
    kindOf.decoratorRules,
    `${kindOf.decorator} of ${target.name}`,
    target,
    problems,
  );
  const operator = readLevel(configured?.options, kindOf.configuredRules, `listeners.${name}`, problems);
  const picker = new OptionPicker([operator, author]);
  if (!isDaemon) return new DefinedListener(listener, picker, true);
  const tasks = defineTasks(listener, configured, operator, author, problems);
  const daemon = new DefinedDaemon(listener, picker, picker.pick('fatalOnStartupFailure'), tasks);
  if (picker.pickGiven('scope') === 'cluster' && hasRun(listener)) daemon.runScope = 'cluster';
  return daemon;
}

const DAEMON = {
  decorator: '@BackgroundDaemon',
  decoratorRules: DAEMON_DECORATOR_RULES,
  configuredRules: CONFIGURED_DAEMON_RULES,
};
const LISTENER = {
  decorator: '@Listener',
  decoratorRules: LISTENER_DECORATOR_RULES,
  configuredRules: CONFIGURED_LISTENER_RULES,
};

function readLevel(
  given: ListenerConfiguration['options'] | undefined,
  rules: Rules,
  path: string,
  problems: Problems,
): OptionLevel {
  return given === undefined || given.size === 0 ? NOTHING_GIVEN : readConfigured(given, rules, path, problems);
}

const TARGET = Symbol('daemonry.target');

/** The options that both kinds of listener have. */
class DefinedListener implements PlainListenerDefinition {
  readonly name: string;
  readonly id: PlainListenerDefinition['id'];
  readonly enabled: boolean;
  readonly startupTimeout: number;
  readonly shutdownTimeout: number;
  readonly restart: PlainListenerDefinition['restart'];
  readonly essential: boolean;
  readonly dependsOn: PlainListenerDefinition['dependsOn'];
  readonly wants: PlainListenerDefinition['wants'];
  readonly tags: readonly string[];
  readonly pluginName: string | undefined;
  readonly origins: GivenOrigins;
  edges: readonly ListenerEdge[] = NO_EDGES;
  disabledReason: string | undefined = undefined;
  /** A symbol, not a private field: a Proxy of the entry can read it. It is not enumerable: it is no option. */
  declare readonly [TARGET]: AnyClass;

  constructor({ name, id, target, origin }: DiscoveredListener, picker: OptionPicker, fatal: boolean) {
    this.name = name;
    this.id = id;
    Object.defineProperty(this, TARGET, { value: target });
    this.enabled = picker.pick('enabled');
    this.startupTimeout = picker.pick('startupTimeout');
    this.shutdownTimeout = picker.pick('shutdownTimeout');
    this.restart = decideRestart(picker.pick('restart'), fatal);
    this.essential = picker.pick('essential');
    this.dependsOn = picker.pick('dependsOn');
    this.wants = picker.pick('wants');
    this.tags = picker.pick('tags');
    this.pluginName = pluginOf(origin);
    this.origins = picker.origins;
  }

  // Looking up the file is costly, and most boots never ask for it.
  get source(): string {
    return describeClass(this[TARGET]);
  }
}

class DefinedDaemon extends DefinedListener implements DaemonDefinition {
  /** Declared only: most daemons have none. */
  declare runScope?: 'cluster';

  constructor(
    listener: DiscoveredListener,
    picker: OptionPicker,
    readonly fatalOnStartupFailure: boolean,
    public tasks: readonly TaskDefinition[],
  ) {
    super(listener, picker, fatalOnStartupFailure);
  }
}

const NO_EDGES: readonly never[] = [];

/**
 * The tasks of a daemon with every option decided: `tick` first, then the `@PeriodicTask` methods as they are declared.
 *
 * @param operator - the configuration of the class, which holds for each task that is not given its own.
 * @param author - the decorator of the class.
 */
function defineTasks(
  listener: DiscoveredListener,
  configured: ListenerConfiguration | undefined,
  operator: OptionLevel,
  author: OptionLevel,
  problems: Problems,
): readonly TaskDefinition[] {
  const { target } = listener;
  const path = `listeners.${listener.name}`;
  const tasks: GivenTask[] = [];
  const add = (name: string, method: string, ownDecorator: OptionLevel): void => {
    const given = configured?.tasks.get(name);
    const ownConfiguration = readLevel(given, CONFIGURED_TASK_RULES, `${path}.tasks.${name}`, problems);
    tasks.push({ name, method, levels: [ownConfiguration, ownDecorator, operator, author] });
  };

  if (hasTick(listener)) add('tick', 'tick', NOTHING_GIVEN);
  for (const task of taskMetadata(target)) {
    const name = taskName(task);
    const what = `@PeriodicTask of ${target.name}.${task.method}`;
    const ownDecorator = readDecorator(task.options, PERIODIC_TASK_RULES, what, target, problems);
    if (!isName(name)) reportName(name, what, '"clean_up"', target, problems);
    const other = tasks.find((earlier) => earlier.name === name);
    if (other === undefined) add(name, task.method, ownDecorator);
    else reportTwice(name, [other.method, task.method], target, problems);
  }
  const daemon = { target, hasTick: hasTick(listener), path, tasks, operator, author };
  reportSchedules(daemon, problems);
  reportCluster(daemon, problems);
  return tasks.map(defineTask);
}

function defineTask({ name, method, levels }: GivenTask): TaskDefinition {
  const picker = new OptionPicker(levels);
  const jitter = picker.pick('jitter');
  return {
    name,
    method,
    schedule: decideSchedule(levels.find(givesSchedule), picker),
    jitter: isZero(jitter) ? OPTION_DEFAULTS.jitter : jitter,
    overlap: picker.pick('overlap'),
    misfire: picker.pick('misfire'),
    tickTimeout: picker.pick('tickTimeout'),
    drainTimeout: picker.pick('drainTimeout'),
    mustSucceedWithin: picker.pick('mustSucceedWithin'),
    freshness: picker.pick('freshness'),
    ...decideCluster(picker),
    origins: picker.origins,
  };
}

const TASK_INTERVAL = PERIODIC_TASK_RULES.interval;
const MANUAL: TaskSchedule = { kind: 'manual' };

/** @param level - the place that wins among those that give a schedule. */
function decideSchedule(level: OptionLevel | undefined, picker: OptionPicker): TaskSchedule {
  if (level === undefined) return MANUAL;
  const { interval, cron } = level.values;
  if (interval !== undefined && interval !== 'off') {
    picker.note('interval', level);
    const mode = picker.pick('mode');
    return { kind: 'interval', everyMs: interval, mode, initialDelayMs: picker.pick('initialDelay') ?? interval };
  }
  const every = cron === undefined ? undefined : TASK_INTERVAL.parse(everyMs(cron));
  if (interval === undefined && every !== undefined) {
    picker.note('interval', level, 'cron');
    return {
      kind: 'interval',
      everyMs: every,
      mode: 'fixed-rate',
      initialDelayMs: picker.pick('initialDelay') ?? every,
    };
  }
  if (interval === undefined && cron !== undefined && cron !== 'off') {
    picker.note('cron', level);
    return { kind: 'cron', pattern: cron, timeZone: picker.pick('timeZone') };
  }
  picker.note('interval', level, interval === undefined ? 'cron' : 'interval');
  return MANUAL;
}

const isZero = (jitter: Jitter): boolean =>
  (jitter.kind === 'ms' && jitter.ms === 0) || (jitter.kind === 'percent' && jitter.percent === 0);

function reportName(name: string, what: string, example: string, target: AnyClass, problems: Problems): void {
  problems.add('INVALID_NAME', {
    what: `"${name}" cannot be the name of ${what}.`,
    facts: { class: describeClass(target) },
    fix: `give it a \`name\` of lower-case words with one underscore between them, such as ${example}.`,
  });
}

function reportTwice(name: string, methods: readonly string[], target: AnyClass, problems: Problems): void {
  problems.add('DUPLICATE_TASK', {
    what: `Two tasks of one daemon are called "${name}".`,
    facts: { class: describeClass(target), methods: methods.join(', ') },
    fix: 'give one of them another `name`.',
  });
}
