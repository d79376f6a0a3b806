import type { ResolvedConfiguration } from '../configuration';
import type { Bound } from '../container/Bound';
import type { PlannedModule, PlanWarning } from '../contracts/BootPlan';
import { type DiscoveredListener, describeOrigin, hasTick } from '../contracts/DiscoveredListener';
import { HOOK_NAMES } from '../contracts/hooks';
import { type ListenerDefinition, isDaemon } from '../contracts/ListenerDefinition';
import type { PackageCopies } from './packageCopies';
import type { PlannedOrder } from './planOrder';
import type { PluginInput } from './PluginInput';
import { decoratedBase } from '../container/Class';
import type { PeriodicTaskSpec } from '../contracts/entries';
import { listenerMetadata, type AnyClass, taskMetadata } from '../contracts/metadata';
import { describeSchedule, nextDue, scheduleDoubts } from '../scheduling/when';
import { formatDuration } from '../time/duration';
import { describeParts } from '../errors/DaemonryError';

/** The results of planning that a boot plan shows. */
export interface BootPlanParts {
  readonly name: string;
  /** The instant of planning, in epoch milliseconds. */
  readonly now: number;
  /** In registration order. */
  readonly listeners: readonly DiscoveredListener[];
  /** In registration order. */
  readonly definitions: readonly ListenerDefinition[];
  /** The start order, with edges and reasons. */
  readonly ordered: PlannedOrder;
  readonly configuration: ResolvedConfiguration;
  /** Every binding of the application, in bind order. */
  readonly bounds: readonly Bound[];
  /** In load order. */
  readonly modules: readonly PlannedModule[];
  /** Packages of which there is more than one copy. */
  readonly copies: () => readonly PackageCopies[];
  readonly plugins: PluginInput;
}

const HOUR = 3_600_000;

/** An interval counts from the boot. If its first due moment is far off and not made up, frequent restarts put it off for ever. */
const LONG_INTERVAL = HOUR;

/** Only a restart at the very instant of a cron pattern loses a run. From about one run a day on, that is worth a warning. */
const LONG_CRON_GAP = 23 * HOUR;

/** Lists what works but is probably not meant: first each listener in registration order, then the whole application. */
export function planWarnings(parts: BootPlanParts): readonly PlanWarning[] {
  const { listeners, definitions, ordered, now, bounds } = parts;
  const warnings: PlanWarning[] = [...ordered.warnings];
  const warn = (code: string, message: string): void => void warnings.push({ code, message });
  for (const listener of listeners) {
    const definition = definitions[listener.index] as ListenerDefinition;
    const { name } = listener;
    for (const task of isDaemon(definition) ? definition.tasks : []) {
      if (task.misfire === 'skip' && task.cluster === undefined && isLong(task, now))
        warn('LONG_INTERVAL_SKIP', longInterval(name, task));
      for (const doubt of scheduleDoubts(task.schedule)) warn('DOUBTFUL_CRON', `"${name}.${task.name}": ${doubt}`);
    }
    if (hasTick(listener) && !isTickScheduled(definition)) warn('UNSCHEDULED_TICK', unscheduledTick(definition));
    for (const message of suspiciousHooks(name, listener.target)) warn('SUSPICIOUS_HOOK', message);
  }
  for (const { implementation, origin } of bounds) {
    if (implementation === undefined || origin.kind !== 'modules') continue;
    const base = listenerMetadata(implementation) === undefined ? decoratedBase(implementation) : undefined;
    if (base === undefined) continue;
    warn(
      'UNDECORATED_SUBCLASS',
      `"${implementation.name}" (${describeOrigin(origin)}) extends the listener "${base.name}", but is not decorated itself: it is an ordinary service, and is never started.`,
    );
  }
  const grace = shutdownOverGrace(parts);
  if (grace !== undefined) warn('SHUTDOWN_OVER_GRACE', grace);
  for (const copy of parts.copies()) warn('DUPLICATE_PACKAGE', describeParts(copy));
  return warnings;
}

function isLong({ schedule }: PeriodicTaskSpec, now: number): boolean {
  switch (schedule.kind) {
    case 'interval':
      return schedule.initialDelayMs >= LONG_INTERVAL;
    case 'cron': {
      const first = nextDue(schedule, now, now);
      return nextDue(schedule, now, first) - first >= LONG_CRON_GAP;
    }
    case 'manual':
      return false;
  }
}

const longInterval = (name: string, { name: task, schedule }: PeriodicTaskSpec): string =>
  `"${name}.${task}" is due ${describeSchedule(schedule)}, with misfire: 'skip': ` +
  (schedule.kind === 'interval'
    ? 'each restart begins the interval anew, so that frequent restarts put it off for ever.'
    : 'a restart at that instant loses it.') +
  " misfire: 'run-once' remembers it across restarts.";

function isTickScheduled(definition: ListenerDefinition): boolean {
  if (!isDaemon(definition)) return false;
  const tick = definition.tasks.find(({ method }) => method === 'tick');
  return tick?.schedule.kind !== 'manual' || tick.origins['interval'] !== undefined;
}

const unscheduledTick = (definition: ListenerDefinition): string =>
  isDaemon(definition)
    ? `"${definition.name}" has a tick that nothing schedules: it runs only when it is triggered. Give it an interval or a cron pattern; interval: 'off' in the configuration says that this is meant.`
    : `"${definition.name}" has a tick, and is a @Listener: nothing ever calls it. Decorate it with @BackgroundDaemon.`;

/** Adds up only the timeouts that somebody has set: with many listeners the defaults alone exceed the grace. */
function shutdownOverGrace({ definitions, configuration }: BootPlanParts): string | undefined {
  const { grace } = configuration.framework.shutdown;
  const configured = definitions.filter(({ origins }) => origins['shutdownTimeout'] !== undefined);
  const sum = configured.reduce((total, { shutdownTimeout }) => total + shutdownTimeout, 0);
  if (sum <= grace) return undefined;
  const names = configured.map(({ name, shutdownTimeout }) => `${name} ${formatDuration(shutdownTimeout)}`).join(', ');
  return `The shutdown timeouts that are set add up to ${formatDuration(sum)} (${names}), and shutdown.grace is ${formatDuration(grace)}: what comes last may be cut.`;
}

const HOOKS: ReadonlySet<string> = new Set(HOOK_NAMES);

/** Method names that were probably meant as a hook. Short hook names resemble many honest names, so only these count. */
const LOOKALIKES: readonly (readonly [string, RegExp])[] = [
  ['startup', /^(on)?_?(start|statup|startp|starup|sartup|strtup|startupp|start_?up|init|initialize|boot)$/i],
  ['ready', /^(on_?ready|redy|raedy|ready)$/i],
  ['run', /^(on_?run|run)$/i],
  ['tick', /^(on_?tick|tik|tikc|tck|tick)$/i],
  ['health', /^(on_?health|heath|helth|healt|heatlh|health|health_?check)$/i],
  ['shutdown', /^(on)?_?(stop|shut_?downs?|shutdow|shutdwon|shudown|shutdonw|teardown|tear_down)$/i],
];

/** Warns of each method that was probably meant as a hook that the class lacks. */
function suspiciousHooks(name: string, target: AnyClass): string[] {
  const methods = methodsOf(target);
  const warnings: string[] = [];
  for (const method of methods) {
    if (HOOKS.has(method)) continue;
    const hook = LOOKALIKES.find(([, lookalike]) => lookalike.test(method))?.[0];
    if (hook === undefined || methods.has(hook)) continue;
    if (taskMetadata(target).some((task) => task.method === method)) continue;
    warnings.push(
      `"${name}" has a method "${method}" and no "${hook}": daemonry calls ${hook}() only. Rename it, if that is meant.`,
    );
  }
  return warnings;
}

function methodsOf(target: AnyClass): ReadonlySet<string> {
  const methods = new Set<string>();
  let prototype = target.prototype as object | null;
  for (
    ;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === 'function') methods.add(name);
    }
  }
  methods.delete('constructor');
  return methods;
}
