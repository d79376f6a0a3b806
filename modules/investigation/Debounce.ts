/** The rules of a {@link Debounce}. */
export interface DebounceOptions {
  /** Time after a dispatch during which its key is not dispatched again. 0 = every event is dispatched at once. */
  readonly windowMs: number;
  /** Number of events of a key within a window that lead to a dispatch. */
  readonly consecutive: number;
  /** True: critical events are dispatched at once. */
  readonly bypassCritical: boolean;
}

/** An event to decide about. */
export interface DebouncedEvent {
  /** Identifies the event. */
  readonly sequence: number;
  /** ISO text. */
  readonly at: string;
  readonly critical: boolean;
}

/** The decision about an event. */
export type DebounceDecision =
  | { readonly kind: 'dispatch' }
  /** Too soon after the last dispatch of its key. */
  | { readonly kind: 'debounced' }
  /** `waiting` events, this one included, wait for more of their key. */
  | { readonly kind: 'buffered'; readonly waiting: number };

interface Waiting {
  readonly sequence: number;
  readonly atMs: number;
}

interface KeyState {
  readonly dispatchedMs?: number;
  readonly waiting: readonly Waiting[];
}

/** Decides which events are dispatched, by the instants of the events and not by their arrival. */
export class Debounce {
  readonly #states = new Map<string, KeyState>();

  constructor(private readonly options: DebounceOptions) {}

  /** Decides about an event. A decision to dispatch counts as the dispatch. An event that comes again is counted once. */
  decide(key: string, { sequence, at, critical }: DebouncedEvent): DebounceDecision {
    const { windowMs, consecutive, bypassCritical } = this.options;
    const atMs = Date.parse(at);
    this.#forgetOld(atMs);
    const { dispatchedMs, waiting = [] } = this.#states.get(key) ?? {};
    if (windowMs === 0 || (critical && bypassCritical)) return this.#dispatch(key, atMs, waiting);
    if (dispatchedMs !== undefined) return { kind: 'debounced' };

    const now = [...waiting.filter((earlier) => earlier.sequence !== sequence), { sequence, atMs }];
    if (now.length >= consecutive) return this.#dispatch(key, atMs, waiting);
    this.#states.set(key, { waiting: now });
    return { kind: 'buffered', waiting: now.length };
  }

  /** Undoes the last dispatch of a key, when it did not happen and its event will come again. */
  takeBack(key: string): void {
    this.#states.set(key, { waiting: this.#states.get(key)?.waiting ?? [] });
  }

  #dispatch(key: string, dispatchedMs: number, waiting: readonly Waiting[]): DebounceDecision {
    this.#states.set(key, { dispatchedMs, waiting });
    return { kind: 'dispatch' };
  }

  /** Forgets events outside the window, and events in the future, which remain when a clock is set back. */
  #forgetOld(nowMs: number): void {
    const isRecent = (ms: number): boolean => nowMs >= ms && nowMs - ms < this.options.windowMs;
    for (const [key, { dispatchedMs, waiting }] of this.#states) {
      const recent = waiting.filter(({ atMs }) => isRecent(atMs));
      const isDispatched = dispatchedMs !== undefined && isRecent(dispatchedMs);
      if (isDispatched) continue;
      if (recent.length === 0) this.#states.delete(key);
      else this.#states.set(key, { waiting: recent });
    }
  }
}
