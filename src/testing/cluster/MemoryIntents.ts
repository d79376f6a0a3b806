import type { ClusterIntent, ClusterIntentChange, ClusterIntents } from '../../contracts/ClusterEngine';
import type { ClusterTaskState } from '../../scheduling/cluster/decideClusterStart';
import { skippedFrom } from '../../scheduling/cluster/SharedIntents';

/** Everything that operators have set for one task of a cluster in memory. */
export class MemoryIntents {
  #all: ClusterIntents = {};

  get all(): ClusterIntents {
    return this.#all;
  }

  /** The part of it that persons have set, that a change concerns, and that is not over. */
  spared(change: ClusterIntentChange, now: number): ClusterIntents {
    const isSpared = ([name, intent]: [string, ClusterIntent]): boolean =>
      name in change && intent.kind === 'human' && endOf(intent) > now;
    return Object.fromEntries((Object.entries(this.#all) as [string, ClusterIntent][]).filter(isSpared));
  }

  /** Sets or lifts some of it. Returns the state that the task has from then on. */
  change(change: ClusterIntentChange, before: ClusterTaskState, now: number): ClusterTaskState {
    const set = Object.entries({ ...this.#all, ...change }).filter(([, intent]) => intent !== undefined);
    const { pause, applicationPause, skipNext } = (this.#all = Object.fromEntries(set) as ClusterIntents);
    const { pausedUntil: _old, skipsFrom: _skipped, ...state } = before;
    const ends = [pause, applicationPause].filter((one) => one !== undefined).map(endOf);
    return {
      ...state,
      ...(ends.length === 0 ? {} : { pausedUntil: Math.max(...ends) }),
      ...(skipNext === undefined ? {} : { skipsFrom: skippedFrom(skipNext) ?? before.openSince ?? 0 }),
      ...('reschedule' in change ? { scheduleSince: now } : {}),
    };
  }

  /** Lifts what is over, where it is still set as it is. Returns the state from then on; undefined if there was nothing. */
  lift(over: ClusterIntents, before: ClusterTaskState, now: number): ClusterTaskState | undefined {
    const names = (Object.keys(over) as (keyof ClusterIntents)[]).filter((name) => {
      const intent = this.#all[name];
      return intent !== undefined && JSON.stringify(intent) === JSON.stringify(over[name]) && endOf(intent) <= now;
    });
    if (names.length === 0) return undefined;
    const since = this.#all.reschedule === undefined ? now : endOf(this.#all.reschedule);
    return this.change(Object.fromEntries(names.map((name) => [name, undefined])), before, since);
  }

  /** Lifts what a step has ended. Returns true if there was any. */
  follow(state: ClusterTaskState): boolean {
    const { pause, applicationPause, skipNext, ...others } = this.#all;
    const isLifted = (pause ?? applicationPause) !== undefined && state.pausedUntil === undefined;
    const isDone = skipNext !== undefined && state.skipsFrom === undefined;
    if (!isLifted && !isDone) return false;
    this.#all = {
      ...others,
      ...(isLifted || pause === undefined ? {} : { pause }),
      ...(isLifted || applicationPause === undefined ? {} : { applicationPause }),
      ...(isDone || skipNext === undefined ? {} : { skipNext }),
    };
    return true;
  }
}

const endOf = ({ until }: ClusterIntent): number => (until === undefined ? Infinity : Date.parse(until));
