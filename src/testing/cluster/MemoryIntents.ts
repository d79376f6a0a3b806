import type { ClusterIntentChange, ClusterIntents } from '../../contracts/ClusterEngine';
import type { ClusterTaskState } from '../../scheduling/cluster/decideClusterStart';

/** Everything that operators have set for one task of a cluster in memory. */
export class MemoryIntents {
  #all: ClusterIntents = {};

  get all(): ClusterIntents {
    return this.#all;
  }

  /** Sets or lifts some of it. Returns the state that the task has from then on. */
  change(change: ClusterIntentChange, before: ClusterTaskState, now: number): ClusterTaskState {
    const set = Object.entries({ ...this.#all, ...change }).filter(([, intent]) => intent !== undefined);
    const { pause, skipNext } = (this.#all = Object.fromEntries(set) as ClusterIntents);
    const { pausedUntil: _old, ...state } = before;
    const until = pause?.until === undefined ? Infinity : Date.parse(pause.until);
    return {
      ...state,
      ...(pause === undefined ? {} : { pausedUntil: until }),
      skipsNext: skipNext !== undefined,
      ...('reschedule' in change ? { scheduleSince: now } : {}),
    };
  }

  /** Lifts what a step has ended. Returns true if there was any. */
  follow(state: ClusterTaskState): boolean {
    const { pause, skipNext, ...others } = this.#all;
    const isLifted = pause !== undefined && state.pausedUntil === undefined;
    const isDone = skipNext !== undefined && state.skipsNext !== true;
    if (!isLifted && !isDone) return false;
    this.#all = {
      ...others,
      ...(isLifted || pause === undefined ? {} : { pause }),
      ...(isDone || skipNext === undefined ? {} : { skipNext }),
    };
    return true;
  }
}
