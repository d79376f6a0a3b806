import {
  type BootPlan,
  DEFAULT_ORIGIN,
  type PlannedEdge,
  type PlannedListener,
  type PlannedPlugin,
  type PlannedTask,
} from '../contracts/BootPlan';
import type { DiscoveredListener } from '../contracts/DiscoveredListener';
import type { PeriodicTaskSpec, TaskSchedule } from '../contracts/entries';
import {
  type GivenOrigins,
  isDaemon,
  type ListenerDefinition,
  type TaskDefinition,
} from '../contracts/ListenerDefinition';
import { describeSchedule, nextDue } from '../scheduling/when';
import { LAST_INSTANT } from '../time/instant';
import type { BootPlanParts } from './BootPlanParts';
import { describeJitter } from './listenerValues';
import { planText } from './planText';
import { planWarnings } from './planWarnings';

const DUE_MOMENTS = 3;

/** Makes the boot plan. The parts that most boots never read are computed when they are first read. */
export function createBootPlan(parts: BootPlanParts): BootPlan {
  const { definitions, ordered, now } = parts;
  let listeners: readonly PlannedListener[] | undefined;
  let plugins: BootPlan['plugins'] | undefined;
  let warnings: BootPlan['warnings'] | undefined;
  const plan: BootPlan = {
    name: parts.name,
    order: ordered.order.map((index) => definitions[index]?.name ?? ''),
    get listeners() {
      return (listeners ??= ordered.order.map((index) =>
        plannedListener(
          parts.listeners[index] as DiscoveredListener,
          definitions[index] as ListenerDefinition,
          ordered.edges(index),
          now,
        ),
      ));
    },
    modules: parts.modules,
    get plugins() {
      return (plugins ??= plannedPlugins(parts));
    },
    get warnings() {
      return (warnings ??= [...planWarnings(parts), ...parts.plugins.warnings()]);
    },
    values: parts.configuration.values,
    toText: () => planText(plan),
    toString: () => planText(plan),
  };
  const hidden = { enumerable: false };
  return Object.freeze(Object.defineProperties(plan, { toText: hidden, toString: hidden }));
}

function plannedListener(
  { target }: DiscoveredListener,
  definition: ListenerDefinition,
  edges: readonly PlannedEdge[],
  now: number,
): PlannedListener {
  const daemon = isDaemon(definition) ? definition : undefined;
  const { pluginName, disabledReason } = definition;
  return {
    name: definition.name,
    className: target.name,
    source: definition.source,
    kind: daemon === undefined ? 'listener' : 'daemon',
    pluginName,
    fatalOnStartupFailure: daemon?.fatalOnStartupFailure ?? true,
    fatalBecause: daemon === undefined ? 'no entry' : 'flag',
    disabledReason,
    startupTimeoutMs: definition.startupTimeout,
    shutdownTimeoutMs: definition.shutdownTimeout,
    tags: definition.tags,
    edges,
    tasks: (daemon?.tasks ?? []).map((task) => plannedTask(task, now)),
    origins: allOrigins(daemon === undefined ? LISTENER_OPTIONS : DAEMON_OPTIONS, definition.origins),
  };
}

const LISTENER_OPTIONS = ['enabled', 'startupTimeout', 'shutdownTimeout', 'dependsOn', 'wants'];
const DAEMON_OPTIONS = [...LISTENER_OPTIONS, 'fatalOnStartupFailure', 'tags'];
const TASK_OPTIONS = ['jitter', 'overlap', 'misfire', 'tickTimeout', 'drainTimeout'];
const SCHEDULE_OPTIONS: Readonly<Record<TaskSchedule['kind'], readonly string[]>> = {
  interval: ['interval', 'mode', 'initialDelay'],
  cron: ['cron', 'timeZone'],
  manual: ['interval'],
};

/** The origin of each option, those with a default included. */
const allOrigins = (options: readonly string[], given: GivenOrigins): PlannedTask['origins'] =>
  Object.fromEntries(options.map((option) => [option, given[option] ?? DEFAULT_ORIGIN]));

const plannedPlugins = ({ plugins, ordered, definitions }: BootPlanParts): readonly PlannedPlugin[] =>
  plugins.describe().map((plugin) => ({
    ...plugin,
    listeners: ordered.order.flatMap((index) => {
      const { name, pluginName } = definitions[index] as ListenerDefinition;
      return pluginName === plugin.name ? [name] : [];
    }),
  }));

const plannedTask = (spec: TaskDefinition, now: number): PlannedTask => ({
  name: spec.name,
  method: spec.method,
  schedule: describeSchedule(spec.schedule),
  overlap: spec.overlap,
  misfire: spec.misfire,
  jitter: describeJitter(spec.jitter),
  tickTimeoutMs: spec.tickTimeout,
  drainTimeoutMs: spec.drainTimeout,
  nextDue: nextDueMoments(spec, now),
  origins: allOrigins([...TASK_OPTIONS, ...SCHEDULE_OPTIONS[spec.schedule.kind]], spec.origins),
});

function nextDueMoments({ schedule }: PeriodicTaskSpec, now: number): string[] {
  const moments: string[] = [];
  // An interval with an initial delay of 0 is due at the very instant that ticks open.
  const after = schedule.kind === 'interval' ? now - 1 : now;
  for (let due = nextDue(schedule, now, after); moments.length < DUE_MOMENTS && due <= LAST_INSTANT;) {
    moments.push(new Date(due).toISOString());
    due = nextDue(schedule, now, due);
  }
  return moments;
}
