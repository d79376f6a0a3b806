import { needing } from './hindranceOf';
import type { Disabled, ListenerRuntime } from './ListenerRuntime';

/**
 * Finds the listeners that need one which has disabled itself in a restart, directly or through others, and has them taken
 * out of service: newest first, and each once nothing is left that needs it. They end as disabled, as at the boot.
 */
export class DisabledNeeds {
  readonly #runtimes: ReadonlyMap<string, ListenerRuntime>;
  readonly #disable: (runtime: ListenerRuntime, disabled: Disabled) => void;
  #isLooking = false;

  /**
   * @param runtimes - in the plan's order.
   * @param disable - moves a listener towards that state at once.
   */
  constructor(
    runtimes: ReadonlyMap<string, ListenerRuntime>,
    disable: (runtime: ListenerRuntime, disabled: Disabled) => void,
  ) {
    this.#runtimes = runtimes;
    this.#disable = disable;
  }

  /** Looks for them, after a change. */
  look(): void {
    // What has ended calls this again.
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) this.#disable(...next);
    } finally {
      this.#isLooking = false;
    }
  }

  #next(): readonly [ListenerRuntime, Disabled] | undefined {
    const found = this.#find();
    // The newest is the last one of the plan.
    return [...found].reverse().find(([runtime]) => isAtRest(runtime) && !this.#isNeeded(runtime, found));
  }

  /** In the plan's order, with the state that each goes to. */
  #find(): ReadonlyMap<ListenerRuntime, Disabled> {
    const found = new Map<ListenerRuntime, Disabled>();
    for (const runtime of this.#runtimes.values()) {
      const isConcerned = runtime.isInService || runtime.state === 'blocked';
      const disabled = isConcerned ? this.#hindranceOf(runtime, found) : undefined;
      if (disabled !== undefined) found.set(runtime, disabled);
    }
    return found;
  }

  #hindranceOf({ definition }: ListenerRuntime, found: ReadonlyMap<ListenerRuntime, Disabled>): Disabled | undefined {
    for (const { on, soft } of definition.edges) {
      const need = soft ? undefined : this.#runtimes.get(on);
      const disabled = need && (need.current.state === 'disabled' ? need.current : found.get(need));
      if (disabled !== undefined) return needing(on, disabled.reason);
    }
    return undefined;
  }

  #isNeeded({ name }: ListenerRuntime, found: ReadonlyMap<ListenerRuntime, Disabled>): boolean {
    return [...found.keys()].some(({ definition }) => definition.edges.some(({ on, soft }) => !soft && on === name));
  }
}

/** True if nothing of the listener has to end first. */
const isAtRest = ({ state }: ListenerRuntime): boolean =>
  state === 'running' || state === 'backing_off' || state === 'blocked';
