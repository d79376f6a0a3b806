import {
  type BootPlan,
  DEFAULT_ORIGIN,
  type PlannedListener,
  type PlannedPlugin,
  type PlannedTask,
} from '../contracts/BootPlan';
import { deepFreeze, type Draft } from '../contracts/frozen';
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
      return (listeners ??= plannedListeners(parts));
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

// There may be thousands of listeners, so each part is frozen where it is made. `source` and `edges` take the most time and are
// seldom read: each is computed when it is.
function plannedListeners({ name, listeners, definitions, ordered, now }: BootPlanParts): readonly PlannedListener[] {
  const schedules = new ScheduleTexts(now);
  const onDemand = partsOnDemand(definitions, ordered);
  const planned = ordered.order.map((index) => {
    const { target } = listeners[index] as DiscoveredListener;
    const definition = definitions[index] as ListenerDefinition;
    const daemon = isDaemon(definition) ? definition : undefined;
    const listener: Draft<Omit<PlannedListener, keyof typeof onDemand>> = {
      name: definition.name,
      className: target.name,
      kind: daemon === undefined ? 'listener' : 'daemon',
      pluginName: definition.pluginName,
      fatalOnStartupFailure: daemon?.fatalOnStartupFailure ?? true,
      fatalBecause: daemon === undefined ? 'no entry' : 'flag',
      disabledReason: definition.disabledReason,
      startupTimeoutMs: definition.startupTimeout,
      shutdownTimeoutMs: definition.shutdownTimeout,
      restart: describeRestart(definition.restart),
      essential: definition.essential,
      tags: deepFreeze(definition.tags),
      tasks: Object.freeze((daemon?.tasks ?? []).map((task) => plannedTask(task, schedules, name, definition.name))),
      origins: withDefaults(daemon === undefined ? LISTENER_ORIGINS : DAEMON_ORIGINS, definition.origins),
    };
    if (daemon?.runScope !== undefined) listener.runScope = daemon.runScope;
    // Twice as fast as defineProperties.
    Object.defineProperty(listener, 'source', onDemand.source);
    Object.defineProperty(listener, 'edges', onDemand.edges);
    return Object.freeze(listener as PlannedListener);
  });
  return Object.freeze(planned);
}

/** The properties of planned listeners that are computed when they are read. All listeners share the two functions. */
function partsOnDemand(definitions: readonly ListenerDefinition[], ordered: BootPlanParts['ordered']) {
  let indexes: ReadonlyMap<string, number> | undefined;
  const indexOf = ({ name }: PlannedListener): number => {
    indexes ??= new Map(definitions.map((definition, index) => [definition.name, index]));
    return indexes.get(name) as number;
  };
  const known = new Map<number, PlannedListener['edges']>();
  return {
    source: {
      enumerable: true,
      get(this: PlannedListener) {
        return (definitions[indexOf(this)] as ListenerDefinition).source;
      },
    },
    edges: {
      enumerable: true,
      get(this: PlannedListener) {
        const index = indexOf(this);
        let edges = known.get(index);
        if (edges === undefined) known.set(index, (edges = deepFreeze(ordered.edges(index))));
        return edges;
      },
    },
  };
}

function plannedTask(
  spec: TaskDefinition,
  schedules: ScheduleTexts,
  application: string,
  listener: string,
): PlannedTask {
  const { schedule, nextDue } =
    spec.cluster === undefined
      ? schedules.of(spec.schedule)
      : schedules.shared(spec.schedule, application, `${listener}.${spec.name}`);
  const task: Draft<PlannedTask> = {
    name: spec.name,
    method: spec.method,
    schedule,
    nextDue,
    overlap: spec.overlap,
    misfire: spec.misfire,
    jitter: describeJitter(spec.jitter),
    tickTimeoutMs: spec.tickTimeout,
    drainTimeoutMs: spec.drainTimeout,
    freshness: spec.freshness ?? 'degraded',
    origins: withDefaults(
      SCHEDULED_ORIGINS[spec.schedule.kind],
      spec.cluster === undefined ? spec.origins : { ...CLUSTER_ORIGINS, ...spec.origins },
    ),
  };
  if (spec.cluster !== undefined) Object.assign(task, { scope: 'cluster' }, spec.cluster);
  if (spec.mustSucceedWithin !== undefined) task.mustSucceedWithinMs = spec.mustSucceedWithin;
  return Object.freeze(task);
}

/** Describes schedules, and computes their next due moments; once for all tasks that have the same schedule. */
class ScheduleTexts {
  readonly #now: number;
  readonly #known = new Map<string | number, Pick<PlannedTask, 'schedule' | 'nextDue'>>();

  constructor(now: number) {
    this.#now = now;
  }

  of(schedule: TaskSchedule): Pick<PlannedTask, 'schedule' | 'nextDue'> {
    const key = isUsual(schedule) ? schedule.everyMs : Object.values(schedule).join();
    let texts = this.#known.get(key);
    if (texts === undefined) {
      texts = { schedule: describeSchedule(schedule), nextDue: nextDueMoments(schedule, this.#now) };
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

/** Most tasks have such a schedule, which a number tells apart from the others. */
const isUsual = (schedule: TaskSchedule): schedule is Extract<TaskSchedule, { kind: 'interval' }> =>
  schedule.kind === 'interval' && schedule.mode === 'fixed-rate' && schedule.initialDelayMs === schedule.everyMs;

function nextDueMoments(schedule: TaskSchedule, now: number, anchor = now): readonly string[] {
  const moments: string[] = [];
  // An interval with an initial delay of 0 is due at the very instant that ticks open.
  const after = schedule.kind === 'interval' ? now - 1 : now;
  for (let due = nextDue(schedule, anchor, after); moments.length < DUE_MOMENTS && due !== Infinity;) {
    moments.push(new Date(due).toISOString());
    due = nextDue(schedule, anchor, due);
  }
  return Object.freeze(moments);
}

type Origins = PlannedTask['origins'];

/** The origins of all options. Listeners and tasks that are given none share the defaults. */
const withDefaults = (defaults: Origins, given: Origins): Origins =>
  isEmpty(given) ? defaults : Object.freeze({ ...defaults, ...given });

function isEmpty(given: object): boolean {
  for (const _ in given) return false;
  return true;
}

type DecidedBesides =
  'name' | 'id' | 'source' | 'pluginName' | 'tasks' | 'origins' | 'edges' | 'disabledReason' | 'runScope';

// The origins of options that nobody has set. The compiler asks for each option that an entry or a task has.
const d = DEFAULT_ORIGIN;
const DAEMON_ORIGINS = Object.freeze({
  enabled: d,
  startupTimeout: d,
  shutdownTimeout: d,
  restart: d,
  essential: d,
  dependsOn: d,
  wants: d,
  fatalOnStartupFailure: d,
  tags: d,
} satisfies Record<Exclude<keyof DaemonDefinition, DecidedBesides>, string>);
const { fatalOnStartupFailure: _fatal, tags: _tags, ...listenerOrigins } = DAEMON_ORIGINS;
const LISTENER_ORIGINS = Object.freeze(listenerOrigins);
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
const SCHEDULED_ORIGINS: Readonly<Record<TaskSchedule['kind'], Origins>> = deepFreeze({
  interval: { ...TASK_ORIGINS, interval: d, mode: d, initialDelay: d },
  cron: { ...TASK_ORIGINS, cron: d, timeZone: d },
  manual: { ...TASK_ORIGINS, interval: d },
});
const CLUSTER_ORIGINS = { delivery: d, maxStarts: d };

const plannedPlugins = ({ plugins, ordered, definitions }: BootPlanParts): readonly PlannedPlugin[] =>
  plugins.describe().map((plugin) => ({
    ...plugin,
    listeners: ordered.order.flatMap((index) => {
      const { name, pluginName } = definitions[index] as ListenerDefinition;
      return pluginName === plugin.name ? [name] : [];
    }),
  }));
