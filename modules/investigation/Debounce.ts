export interface DebounceOptions {
  /** After a dispatch nothing of its key is dispatched for so long. 0 = every event is dispatched at once. */
  readonly windowMs: number;
  /** So many events of a key within a window make a dispatch. */
  readonly consecutive: number;
  /** Critical events are dispatched at once. */
  readonly bypassCritical: boolean;
}

export interface DebouncedEvent {
  readonly sequence: number;
  /** ISO text. */
  readonly at: string;
  readonly critical: boolean;
}

export type DebounceDecision =
  | { readonly kind: 'dispatch' }
  /** It is too soon after the last dispatch. */
  | { readonly kind: 'debounced' }
  /** So many events wait for more of their kind. */
  | { readonly kind: 'buffered'; readonly waiting: number };

interface Waiting {
  readonly sequence: number;
  readonly atMs: number;
}

interface KeyState {
  readonly dispatchedMs?: number;
  readonly waiting: readonly Waiting[];
}

/** Decides which events are worth a dispatch. It goes by the instants of the events, and not by when they come. */
export class Debounce {
  readonly #states = new Map<string, KeyState>();

  constructor(private readonly options: DebounceOptions) {}

  /** A decision to dispatch counts as the dispatch. An event that comes again does not count twice. */
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

  /** Takes the last dispatch of a key back: it did not come about, and its event comes again. */
  takeBack(key: string): void {
    this.#states.set(key, { waiting: this.#states.get(key)?.waiting ?? [] });
  }

  #dispatch(key: string, dispatchedMs: number, waiting: readonly Waiting[]): DebounceDecision {
    this.#states.set(key, { dispatchedMs, waiting });
    return { kind: 'dispatch' };
  }

  /** Forgets what is out of the window; also what a clock that was set back has put into the future. */
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
