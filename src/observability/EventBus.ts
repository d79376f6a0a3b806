import { ApplicationEvents, type ApplicationEventMap, type ApplicationEventName } from '../contracts/ApplicationEvents';

type Subscriber = (event: never) => void;
type AnySubscriber = <K extends ApplicationEventName>(name: K, event: ApplicationEventMap[K]) => void;

/** Hands each event to its subscribers, synchronously and in subscription order. */
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
    for (const subscriber of this.#byName.get(name) ?? []) {
      this.#deliver(name, () => {
        subscriber(event as never);
      });
    }
    for (const subscriber of this.#any) {
      this.#deliver(name, () => {
        subscriber(name, event);
      });
    }
  };

  #deliver(name: ApplicationEventName, deliver: () => void): void {
    try {
      deliver();
    } catch (error) {
      this.#failed(name, error);
    }
  }
}
