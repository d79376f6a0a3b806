import type { BootPlan, PlannedListener, PlannedPlugin, PlannedTask } from '../contracts/BootPlan';
import type { DiscoveredListener } from '../contracts/DiscoveredListener';
import type { PeriodicTaskSpec } from '../contracts/entries';
import { isDaemon, type ListenerDefinition, type TaskDefinition } from '../contracts/ListenerDefinition';
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
        plannedListener(parts.listeners[index] as DiscoveredListener, definitions[index] as ListenerDefinition, now),
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

function plannedListener({ target }: DiscoveredListener, definition: ListenerDefinition, now: number): PlannedListener {
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
    edges: definition.edges,
    tasks: (daemon?.tasks ?? []).map((task) => plannedTask(task, now)),
    origins: definition.origins,
  };
}

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
  origins: spec.origins,
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
