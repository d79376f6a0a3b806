import {
  type BootPlan,
  DEFAULT_ORIGIN,
  type PlannedListener,
  type PlannedPlugin,
  type PlannedTask,
} from '../contracts/BootPlan';
import { deepFreeze } from '../contracts/frozen';
import type { DiscoveredListener } from '../contracts/DiscoveredListener';
import type { PeriodicTaskSpec, TaskSchedule } from '../contracts/entries';
import {
  type DaemonDefinition,
  isDaemon,
  type ListenerDefinition,
  type TaskDefinition,
} from '../contracts/ListenerDefinition';
import { describeSchedule, nextDue, sharedAnchor } from '../scheduling/when';
import { type BootPlanParts, planWarnings } from './planWarnings';
import { describeJitter, describeRestart } from './listenerValues';
import { planText } from './planText';

const DUE_MOMENTS = 3;
const NO_INTENTS: readonly never[] = Object.freeze([]);

/** Makes the boot plan. The parts that most boots never read are computed when they are first read. */
export function createBootPlan(parts: BootPlanParts): BootPlan {
  const { definitions, ordered } = parts;
  let listeners: readonly PlannedListener[] | undefined;
  let plugins: BootPlan['plugins'] | undefined;
  let values: BootPlan['values'] | undefined;
  let warnings: BootPlan['warnings'] | undefined;
  const plan: BootPlan = {
    name: parts.name,
    order: Object.freeze(ordered.order.map((index) => definitions[index]?.name ?? '')),
    get listeners() {
      return (listeners ??= deepFreeze(plannedListeners(parts)));
    },
    get modules() {
      return deepFreeze(parts.modules);
    },
    get plugins() {
      return (plugins ??= deepFreeze(plannedPlugins(parts)));
    },
    get warnings() {
      return (warnings ??= deepFreeze([...planWarnings(parts), ...parts.plugins.warnings()]));
    },
    intents: NO_INTENTS,
    get values() {
      return (values ??= deepFreeze(plannedValues(parts)));
    },
    toText: () => planText(plan),
    toString: () => planText(plan),
  };
  const hidden = { enumerable: false };
  return Object.freeze(Object.defineProperties(plan, { toText: hidden, toString: hidden }));
}

/** Says where `state.directory` leads. The search for the base directory looks at the disk, so that it is left to who asks. */
const plannedValues = ({ configuration: { values, framework } }: BootPlanParts): BootPlan['values'] =>
  values.map((value) => (value.path === 'state.directory' ? { ...value, file: framework.state.directory } : value));

function plannedListeners({ name, listeners, definitions, ordered, now }: BootPlanParts): readonly PlannedListener[] {
  const schedules = new ScheduleTexts(now);
  return ordered.order.map((index) => {
    const { target } = listeners[index] as DiscoveredListener;
    const definition = definitions[index] as ListenerDefinition;
    const daemon = isDaemon(definition) ? definition : undefined;
    return {
      name: definition.name,
      className: target.name,
      source: definition.source,
      kind: daemon === undefined ? 'listener' : 'daemon',
      pluginName: definition.pluginName,
      fatalOnStartupFailure: daemon?.fatalOnStartupFailure ?? true,
      fatalBecause: daemon === undefined ? 'no entry' : 'flag',
      disabledReason: definition.disabledReason,
      startupTimeoutMs: definition.startupTimeout,
      shutdownTimeoutMs: definition.shutdownTimeout,
      restart: describeRestart(definition.restart),
      essential: definition.essential,
      tags: definition.tags,
      edges: ordered.edges(index),
      ...(daemon?.runScope === undefined ? {} : { runScope: daemon.runScope }),
      tasks: (daemon?.tasks ?? []).map((task) => plannedTask(task, schedules, name, definition.name)),
      origins: { ...(daemon === undefined ? LISTENER_ORIGINS : DAEMON_ORIGINS), ...definition.origins },
    };
  });
}

const plannedTask = (
  spec: TaskDefinition,
  schedules: ScheduleTexts,
  application: string,
  listener: string,
): PlannedTask => ({
  name: spec.name,
  method: spec.method,
  ...(spec.cluster === undefined
    ? schedules.of(spec.schedule)
    : schedules.shared(spec.schedule, application, `${listener}.${spec.name}`)),
  overlap: spec.overlap,
  misfire: spec.misfire,
  ...(spec.cluster === undefined ? {} : { scope: 'cluster', ...spec.cluster }),
  jitter: describeJitter(spec.jitter),
  tickTimeoutMs: spec.tickTimeout,
  drainTimeoutMs: spec.drainTimeout,
  ...(spec.mustSucceedWithin === undefined ? {} : { mustSucceedWithinMs: spec.mustSucceedWithin }),
  freshness: spec.freshness ?? 'degraded',
  origins: {
    ...SCHEDULED_ORIGINS[spec.schedule.kind],
    ...(spec.cluster === undefined ? {} : CLUSTER_ORIGINS),
    ...spec.origins,
  },
});

/** Describes schedules, and computes their next due moments; once for all tasks that have the same schedule. */
class ScheduleTexts {
  readonly #now: number;
  readonly #known = new Map<string, Pick<PlannedTask, 'schedule' | 'nextDue'>>();

  constructor(now: number) {
    this.#now = now;
  }

  of(schedule: TaskSchedule): Pick<PlannedTask, 'schedule' | 'nextDue'> {
    const key = Object.values(schedule).join();
    let texts = this.#known.get(key);
    if (texts === undefined) {
      texts = { schedule: describeSchedule(schedule), nextDue: Object.freeze(nextDueMoments(schedule, this.#now)) };
      this.#known.set(key, texts);
    }
    return texts;
  }

  /** The same for a task of cluster scope, whose intervals do not count from the boot. */
  shared(schedule: TaskSchedule, application: string, path: string): Pick<PlannedTask, 'schedule' | 'nextDue'> {
    if (schedule.kind !== 'interval') return this.of(schedule);
    const anchor = sharedAnchor(application, path, schedule.everyMs);
    return { schedule: describeSchedule(schedule), nextDue: nextDueMoments(schedule, this.#now, anchor) };
  }
}

function nextDueMoments(schedule: TaskSchedule, now: number, anchor = now): string[] {
  const moments: string[] = [];
  // An interval with an initial delay of 0 is due at the very instant that ticks open.
  const after = schedule.kind === 'interval' ? now - 1 : now;
  for (let due = nextDue(schedule, anchor, after); moments.length < DUE_MOMENTS && due !== Infinity;) {
    moments.push(new Date(due).toISOString());
    due = nextDue(schedule, anchor, due);
  }
  return moments;
}

type Origins = PlannedTask['origins'];
type DecidedBesides =
  'name' | 'id' | 'source' | 'pluginName' | 'tasks' | 'origins' | 'edges' | 'disabledReason' | 'runScope';

// The origins of options that nobody has set. The compiler asks for each option that an entry or a task has.
const d = DEFAULT_ORIGIN;
const DAEMON_ORIGINS = {
  enabled: d,
  startupTimeout: d,
  shutdownTimeout: d,
  restart: d,
  essential: d,
  dependsOn: d,
  wants: d,
  fatalOnStartupFailure: d,
  tags: d,
} satisfies Record<Exclude<keyof DaemonDefinition, DecidedBesides>, string>;
const { fatalOnStartupFailure: _fatal, tags: _tags, ...LISTENER_ORIGINS } = DAEMON_ORIGINS;
const TASK_ORIGINS = {
  jitter: d,
  overlap: d,
  misfire: d,
  tickTimeout: d,
  drainTimeout: d,
  mustSucceedWithin: d,
  freshness: d,
  scope: d,
} satisfies Record<Exclude<keyof PeriodicTaskSpec, 'name' | 'method' | 'schedule' | 'cluster'> | 'scope', string>;
const CLUSTER_ORIGINS = { delivery: d, maxStarts: d };
const SCHEDULED_ORIGINS: Readonly<Record<TaskSchedule['kind'], Origins>> = {
  interval: { ...TASK_ORIGINS, interval: d, mode: d, initialDelay: d },
  cron: { ...TASK_ORIGINS, cron: d, timeZone: d },
  manual: { ...TASK_ORIGINS, interval: d },
};

const plannedPlugins = ({ plugins, ordered, definitions }: BootPlanParts): readonly PlannedPlugin[] =>
  plugins.describe().map((plugin) => ({
    ...plugin,
    listeners: ordered.order.flatMap((index) => {
      const { name, pluginName } = definitions[index] as ListenerDefinition;
      return pluginName === plugin.name ? [name] : [];
    }),
  }));
