import type { ApplicationEventMap, ApplicationEventName, ApplicationEvents } from '../contracts/ApplicationEvents';

/** The events of an application as short texts, in the order they happened. */
export class Journal {
  readonly #entries: string[] = [];

  constructor(events: ApplicationEvents) {
    events.onAny((name, event) => {
      this.#entries.push(describe(name, event));
    });
  }

  get entries(): readonly string[] {
    return this.#entries;
  }
}

/** `listener.started order_sync`, `run.finished order_sync.tick`, `application.stopping`. */
function describe<K extends ApplicationEventName>(name: K, event: ApplicationEventMap[K]): string {
  if (!('listener' in event)) return name;
  const { listener } = event;
  return 'task' in event && event.task !== undefined ? `${name} ${listener}.${event.task}` : `${name} ${listener}`;
}
