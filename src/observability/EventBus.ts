import {
  ApplicationEvents,
  type ApplicationEventMap,
  type ApplicationEventName,
  type EventSender,
} from '../contracts/ApplicationEvents';
import { deepFreeze } from '../contracts/frozen';
import type { RunOutcome } from '../contracts/RunRecord';
import { GeneratorReturnedError } from '../errors/bootErrors';
import { currentExecution, runOutsideExecution } from '../execution/ExecutionContext';
import { isGenerator, isThenable, settlementOf } from '../execution/PendingCallback';

// TypeScript accepts an async function where a function returning void is expected, so a promise may come back.
type Subscriber = (event: never) => unknown;
type AnySubscriber = <K extends ApplicationEventName>(name: K, event: ApplicationEventMap[K]) => unknown;
type Interest = EventSender['hears'];

const NOBODY: readonly Subscriber[] = [];
const EVERYTHING: Interest = () => true;

/**
 * Calls the subscribers of each event synchronously, in subscription order. They run outside the async context of the
 * hook that caused the event, so their errors are not attributed to its listener.
 */
export class EventBus extends ApplicationEvents implements EventSender {
  readonly #byName = new Map<ApplicationEventName, Set<Subscriber>>();
  readonly #any = new Map<AnySubscriber, Interest>();
  /** The interests of those, since they are asked at every tick. */
  #interests: readonly Interest[] = [];
  readonly #failed: (name: ApplicationEventName, error: unknown) => void;

  /** @param failed - called with what a subscriber throws or its promise rejects with; must not throw. */
  constructor(failed: (name: ApplicationEventName, error: unknown) => void) {
    super();
    this.#failed = failed;
  }

  on<K extends ApplicationEventName>(name: K, fn: (event: ApplicationEventMap[K]) => void): () => void {
    const subscribers = this.#byName.get(name) ?? new Set<Subscriber>();
    this.#byName.set(name, subscribers.add(fn));
    return () => void subscribers.delete(fn);
  }

  /** @param interest - returns false for events that `fn` ignores anyway; it may be called with them all the same. */
  onAny(fn: AnySubscriber, interest = EVERYTHING): () => void {
    this.#any.set(fn, interest);
    this.#interests = [...this.#any.values()];
    return () => {
      this.#any.delete(fn);
      this.#interests = [...this.#any.values()];
    };
  }

  readonly hears = (name: ApplicationEventName, outcome?: RunOutcome): boolean => {
    const subscribers = this.#byName.get(name);
    if (subscribers !== undefined && subscribers.size > 0) return true;
    return this.#interests.some((isOfInterest) => isOfInterest(name, outcome));
  };

  /** Calls the subscribers of `name`, then those of all events. */
  readonly emit = <K extends ApplicationEventName>(name: K, event: ApplicationEventMap[K]): void => {
    if (currentExecution() === undefined) this.#emit(name, event);
    else
      runOutsideExecution(() => {
        this.#emit(name, event);
      });
  };

  #emit<K extends ApplicationEventName>(name: K, given: ApplicationEventMap[K]): void {
    // All subscribers are given the same one.
    const event = deepFreeze(given);
    for (const subscriber of this.#byName.get(name) ?? NOBODY) {
      try {
        this.#own(name, subscriber(event as never));
      } catch (error) {
        this.#failed(name, error);
      }
    }
    for (const subscriber of this.#any.keys()) {
      try {
        this.#own(name, subscriber(name, event));
      } catch (error) {
        this.#failed(name, error);
      }
    }
  }

  #own(name: ApplicationEventName, result: unknown): void {
    if (typeof result !== 'object' || result === null) return;
    if (isGenerator(result)) this.#failed(name, new GeneratorReturnedError(`a subscriber of ${name}`));
    if (!isThenable(result)) return;
    settlementOf(result).catch((error: unknown) => {
      this.#failed(name, error);
    });
  }
}
