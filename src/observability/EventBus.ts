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

/** One call of `on` or `onAny`; the same function may be given to several. */
interface Subscription<Fn> {
  readonly fn: Fn;
  readonly interest: Interest;
  isOver: boolean;
}

const NOBODY: readonly Subscription<Subscriber>[] = [];
const EVERYTHING: Interest = () => true;

/**
 * Calls the subscribers of each event synchronously, in subscription order. They run outside the async context of the
 * hook that caused the event, so their errors are not attributed to its listener.
 */
export class EventBus extends ApplicationEvents implements EventSender {
  // The lists are replaced, not changed: whoever subscribes within a subscriber hears the next event, not this one.
  readonly #byName = new Map<ApplicationEventName, readonly Subscription<Subscriber>[]>();
  #any: readonly Subscription<AnySubscriber>[] = [];
  readonly #failed: (name: ApplicationEventName, error: unknown) => void;

  /** @param failed - called with what a subscriber throws or its promise rejects with; must not throw. */
  constructor(failed: (name: ApplicationEventName, error: unknown) => void) {
    super();
    this.#failed = failed;
  }

  on<K extends ApplicationEventName>(name: K, fn: (event: ApplicationEventMap[K]) => void): () => void {
    const subscription: Subscription<Subscriber> = { fn, interest: EVERYTHING, isOver: false };
    this.#byName.set(name, [...(this.#byName.get(name) ?? NOBODY), subscription]);
    return () => {
      subscription.isOver = true;
      this.#byName.set(name, without(this.#byName.get(name) ?? NOBODY, subscription));
    };
  }

  /** @param interest - returns false for events that `fn` ignores anyway; it may be called with them all the same. */
  onAny(fn: AnySubscriber, interest = EVERYTHING): () => void {
    const subscription: Subscription<AnySubscriber> = { fn, interest, isOver: false };
    this.#any = [...this.#any, subscription];
    return () => {
      subscription.isOver = true;
      this.#any = without(this.#any, subscription);
    };
  }

  readonly hears = (name: ApplicationEventName, outcome?: RunOutcome): boolean => {
    const subscribers = this.#byName.get(name);
    if (subscribers !== undefined && subscribers.length > 0) return true;
    return this.#any.some(({ interest }) => interest(name, outcome));
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
    for (const { fn, isOver } of this.#byName.get(name) ?? NOBODY) {
      if (isOver) continue;
      try {
        this.#own(name, fn(event as never));
      } catch (error) {
        this.#failed(name, error);
      }
    }
    for (const { fn, isOver } of this.#any) {
      if (isOver) continue;
      try {
        this.#own(name, fn(name, event));
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

const without = <Fn>(all: readonly Subscription<Fn>[], one: Subscription<Fn>): readonly Subscription<Fn>[] =>
  all.filter((subscription) => subscription !== one);
