import { ApplicationEvents, type ApplicationEventMap, type ApplicationEventName } from '../contracts/ApplicationEvents';
import { currentExecution, runOutsideExecution } from '../execution/ExecutionContext';

// Types let an async function stand where nothing is to be returned.
type Subscriber = (event: never) => unknown;
type AnySubscriber = <K extends ApplicationEventName>(name: K, event: ApplicationEventMap[K]) => unknown;

const NOBODY: readonly Subscriber[] = [];

/**
 * Hands each event to its subscribers, synchronously and in subscription order. They belong to no hook, whoever's hook
 * made the event happen; a failure is told, also that of a promise which one returns.
 */
export class EventBus extends ApplicationEvents {
  readonly #byName = new Map<ApplicationEventName, Set<Subscriber>>();
  readonly #any = new Set<AnySubscriber>();
  readonly #failed: (name: ApplicationEventName, error: unknown) => void;

  /** @param failed - told what a subscriber throws; it must not throw itself. */
  constructor(failed: (name: ApplicationEventName, error: unknown) => void) {
    super();
    this.#failed = failed;
  }

  on<K extends ApplicationEventName>(name: K, fn: (event: ApplicationEventMap[K]) => void): () => void {
    const subscribers = this.#byName.get(name) ?? new Set<Subscriber>();
    this.#byName.set(name, subscribers.add(fn));
    return () => void subscribers.delete(fn);
  }

  onAny(fn: AnySubscriber): () => void {
    this.#any.add(fn);
    return () => void this.#any.delete(fn);
  }

  readonly emit = <K extends ApplicationEventName>(name: K, event: ApplicationEventMap[K]): void => {
    if (currentExecution() === undefined) this.#emit(name, event);
    else
      runOutsideExecution(() => {
        this.#emit(name, event);
      });
  };

  #emit<K extends ApplicationEventName>(name: K, event: ApplicationEventMap[K]): void {
    for (const subscriber of this.#byName.get(name) ?? NOBODY) {
      try {
        this.#own(name, subscriber(event as never));
      } catch (error) {
        this.#failed(name, error);
      }
    }
    for (const subscriber of this.#any) {
      try {
        this.#own(name, subscriber(name, event));
      } catch (error) {
        this.#failed(name, error);
      }
    }
  }

  #own(name: ApplicationEventName, result: unknown): void {
    if (!(result instanceof Promise)) return;
    result.catch((error: unknown) => {
      this.#failed(name, error);
    });
  }
}
