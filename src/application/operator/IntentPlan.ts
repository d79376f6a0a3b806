import type { BootPlan, PlannedListener, PlannedTask } from '../../contracts/BootPlan';
import { deepFreeze } from '../../contracts/frozen';
import type { OperatorIntent } from '../../contracts/Operation';
import { planText } from '../../planning/planText';
import type { Intent } from './Intents';
import { nextDueMoments } from './readRequest';

/** The plan with everything that operators have set; made anew when that changes. */
export class IntentPlan {
  #intents: readonly Intent[] = [];
  #plan: BootPlan | undefined;

  /** @param shown - the same intents, as they are shown. */
  of(plan: BootPlan, intents: readonly Intent[], shown: () => readonly OperatorIntent[], now: number): BootPlan {
    if (intents.length === 0) return plan;
    const isCurrent =
      intents.length === this.#intents.length && intents.every((intent, index) => intent === this.#intents[index]);
    if (this.#plan === undefined || !isCurrent) this.#plan = planWithIntents(plan, intents, shown(), now);
    this.#intents = intents;
    return this.#plan;
  }
}

/** The plan with the intents in it: the origin of a value that an operator has set is `operator <name>`. */
function planWithIntents(
  plan: BootPlan,
  intents: readonly Intent[],
  shown: readonly OperatorIntent[],
  now: number,
): BootPlan {
  const rescheduled = new Map<string, Intent>();
  const levels = new Map<string, Intent>();
  for (const intent of intents) {
    const { action, listener, task } = intent;
    if (action === 'reschedule') rescheduled.set(`${listener}.${task}`, intent);
    if (action === 'log-level')
      levels.set(listener === undefined ? 'logging.level' : `logging.levels.${listener}`, intent);
  }
  const withSchedule = (task: PlannedTask, intent: Intent | undefined): PlannedTask => {
    if (intent?.schedule === undefined) return task;
    const { interval: _, mode: _mode, initialDelay: _delay, cron: _cron, timeZone: _zone, ...origins } = task.origins;
    const option = intent.schedule.kind === 'cron' ? 'cron' : 'interval';
    return {
      ...task,
      schedule: intent.value ?? task.schedule,
      nextDue: nextDueMoments(intent.schedule, now),
      origins: { ...origins, [option]: originOf(intent) },
    };
  };
  const listeners: readonly PlannedListener[] =
    rescheduled.size === 0
      ? plan.listeners
      : plan.listeners.map((listener) => ({
          ...listener,
          tasks: listener.tasks.map((task) => withSchedule(task, rescheduled.get(`${listener.name}.${task.name}`))),
        }));
  const changed = plan.values.map((value) => {
    const intent = levels.get(value.path);
    return intent === undefined ? value : { ...value, value: intent.level, origin: originOf(intent) };
  });
  const added = [...levels].flatMap(([path, intent]) =>
    plan.values.some((value) => value.path === path) ? [] : [{ path, value: intent.level, origin: originOf(intent) }],
  );
  const fields = { ...plan, listeners, values: [...changed, ...added], intents: shown };
  const merged: BootPlan = { ...fields, toText: () => planText(merged), toString: () => planText(merged) };
  const hidden = { enumerable: false };
  Object.defineProperties(merged, { toText: hidden, toString: hidden });
  return deepFreeze(merged);
}

const originOf = ({ by }: Intent): string => `operator ${by}`;
