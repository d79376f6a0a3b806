import type { EventEmitter } from 'node:events';

import { native } from '../time/native';

type Listener = (...given: never[]) => void;

/** Node's own listeners of the process, without which it gives no signals to those that are added later. */
const OF_SIGNALS = new Set(['startListeningIfSignal', 'stopListeningIfSignal']);

const LISTENING: readonly string[] = ['newListener', 'removeListener'];

/**
 * Listeners of the process or of a stream that stay until {@link end}: one that somebody removes is there again at once, and
 * after a `removeAllListeners()` of all events, or after a removal that begins with the listeners of removals, at the end of the
 * current callback.
 */
export class KeptListeners {
  readonly #emitter: EventEmitter;
  readonly #removed: (events: readonly string[]) => void;
  readonly #kept: (readonly [event: string, listener: Listener])[] = [];
  readonly #inner: (readonly [event: string, listener: Listener])[] = [];
  #gone: string[] = [];

  /** @param removed - called after listeners were removed, and are there again, with their events. */
  constructor(emitter: EventEmitter, removed: (events: readonly string[]) => void = () => undefined) {
    this.#emitter = emitter;
    this.#removed = removed;
    for (const event of LISTENING) {
      for (const listener of emitter.listeners(event) as Listener[]) {
        if (OF_SIGNALS.has(listener.name)) this.#inner.push([event, listener]);
      }
    }
    this.#watch();
  }

  /** Adds a listener, and keeps it. */
  add(event: string, listener: Listener): void {
    this.#kept.push([event, listener]);
    this.#on(event, listener);
  }

  /** Keeps them no longer. They are not removed. */
  end(): void {
    this.#kept.length = 0;
    this.#emitter.off('removeListener', this.#onRemoved);
    this.#emitter.off('removeListener', this.#onWatchRemoved);
  }

  readonly #onRemoved = (event: string | symbol, listener: Listener): void => {
    const isKept = this.#kept.some((each) => each[0] === event && each[1] === listener);
    if (isKept) {
      this.#on(event as string, listener);
      if (this.#gone.length === 0) native.nextTick(this.check);
      this.#lost(event as string);
    } else if (event === 'removeListener' && this.#kept.length > 0) {
      native.nextTick(this.check);
    }
  };

  /** Hears of the removal of the one that hears of the others, which it hears of in turn. */
  readonly #onWatchRemoved = (_event: string | symbol, listener: unknown): void => {
    if (listener === this.#onRemoved && this.#kept.length > 0) native.nextTick(this.check);
  };

  /**
   * Adds those that are gone again. A removal of all listeners goes on after it has told of each, and takes away what was added
   * meanwhile.
   */
  readonly check = (): void => {
    if (this.#kept.length === 0) return;
    // Node's own come first, which give the process its signals.
    for (const [event, listener] of [...this.#inner, ...this.#kept]) {
      if (this.#emitter.listeners(event).includes(listener)) continue;
      this.#on(event, listener);
      if (!LISTENING.includes(event)) this.#lost(event);
    }
    this.#watch();
    const gone = this.#gone;
    this.#gone = [];
    if (gone.length > 0) this.#removed(gone);
  };

  /** Listeners are removed from the last one to the first, which hears of all others. */
  #watch(): void {
    for (const listener of [this.#onWatchRemoved, this.#onRemoved]) {
      if (!this.#emitter.listeners('removeListener').includes(listener))
        this.#emitter.prependListener('removeListener', listener);
    }
  }

  #lost(event: string): void {
    if (!this.#gone.includes(event)) this.#gone.push(event);
  }

  #on(event: string, listener: Listener): void {
    this.#emitter.on(event, listener as (...given: unknown[]) => void);
  }
}
