import type { Alert } from '../alerts/Alert';
import type { NotifierState } from './NotifierMemory';

/** The rules of a cycle: see the settings of the notifier. */
export interface CyclePolicy {
  /** Epoch ms. */
  readonly now: number;
  readonly cooldownMs: number;
  readonly mode: 'immediate' | 'digest';
  readonly burstThreshold: number;
}

/** The plan of a cycle. */
export interface CyclePlan {
  /** The state without alerts that are no longer active and cooldowns that have passed. */
  readonly state: NotifierState;
  /** Number of announced alerts that are no longer active. */
  readonly resolved: number;
  /** Active alerts that were neither announced nor acknowledged: the sum of `deferred`, `queued` and `due`. */
  readonly fresh: readonly Alert[];
  /** Alerts whose category was announced too recently. A later cycle announces them if they are still active. */
  readonly deferred: readonly Alert[];
  /** Alerts for the next digest. */
  readonly queued: readonly Alert[];
  /** Alerts to announce now. */
  readonly due: readonly Alert[];
  /** True if one summary announces all of them. */
  readonly burst: boolean;
}

/**
 * Decides which alerts to announce. A category keeps its cooldown when its alerts are over, so that an alert that comes and
 * goes is not announced each time.
 */
export function planCycle(active: readonly Alert[], state: NotifierState, policy: CyclePolicy): CyclePlan {
  const { now, cooldownMs, mode, burstThreshold } = policy;
  const standing = new Set(active.map(({ id }) => id));
  const announced = select(state.announced, (id) => standing.has(id));
  const attempted = select(state.attempted, (_category, at) => {
    const ago = now - Date.parse(at);
    return ago >= 0 && ago < cooldownMs;
  });
  const isCooling = ({ category }: Alert): boolean => attempted[category] !== undefined;
  const isQueued = ({ severity }: Alert): boolean => mode === 'digest' && severity !== 'critical';

  const fresh = active.filter(({ id, acknowledged }) => announced[id] === undefined && acknowledged === undefined);
  const ready = fresh.filter((alert) => !isCooling(alert));
  const due = ready.filter((alert) => !isQueued(alert));
  return {
    state: { ...state, announced, attempted },
    resolved: Object.keys(state.announced).length - Object.keys(announced).length,
    fresh,
    deferred: fresh.filter(isCooling),
    queued: ready.filter(isQueued),
    due,
    burst: due.length > burstThreshold,
  };
}

function select<T>(
  record: Readonly<Record<string, T>>,
  keep: (key: string, value: T) => boolean,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([key, value]) => keep(key, value)));
}
