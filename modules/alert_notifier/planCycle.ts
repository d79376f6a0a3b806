import type { Alert } from '../alerts/Alert';
import type { NotifierState } from './NotifierMemory';

export interface CyclePolicy {
  /** Epoch ms. */
  readonly now: number;
  readonly cooldownMs: number;
  readonly mode: 'immediate' | 'digest';
  readonly burstThreshold: number;
}

/** What is to be done about the alerts that stand. */
export interface CyclePlan {
  /** The state without what is over: alerts that stand no more, cooldowns that have passed. */
  readonly state: NotifierState;
  /** So many alerts that were announced stand no more. */
  readonly resolved: number;
  /** Neither announced nor acknowledged yet; the others are parts of it. */
  readonly fresh: readonly Alert[];
  /** Their category has been announced too recently: they come again in a later cycle, if they still stand. */
  readonly deferred: readonly Alert[];
  /** For the next digest. */
  readonly queued: readonly Alert[];
  /** To be announced now. */
  readonly due: readonly Alert[];
  /** They are so many that one summary announces them. */
  readonly burst: boolean;
}

/** A category keeps its cooldown when its alerts are over, so that one that comes and goes is not announced each time. */
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
