import type {
  ApplicationEventMap,
  ApplicationEventName,
  OperationEvent,
  ApplicationEvents,
} from '../contracts/ApplicationEvents';
import type { LogEntry, LogSink } from '../contracts/ListenerLogger';
import type { ApplicationStatus, ListenerStatus } from '../contracts/status';

/** Records the events of an application as short texts, oldest first. */
export class Journal {
  readonly #entries: string[] = [];
  /** The text of each event by its name, its listener and its task: in a virtual day, few texts come again and again. */
  readonly #texts = new Map<string, Map<string, Map<string | undefined, string>>>();

  constructor(events: ApplicationEvents) {
    events.onAny((name, event) => {
      this.#entries.push(this.#textOf(name, event));
    });
  }

  /** `listener.started order_sync`, `run.finished order_sync.tick`, `application.stopping` … */
  get entries(): readonly string[] {
    return this.#entries;
  }

  #textOf<K extends ApplicationEventName>(name: K, event: ApplicationEventMap[K]): string {
    if ('action' in event) return textOfAct(name, event);
    const listener = 'listener' in event ? event.listener : undefined;
    if (listener === undefined) return name;
    const task = 'task' in event ? event.task : undefined;
    let byListener = this.#texts.get(name);
    if (byListener === undefined)
      this.#texts.set(name, (byListener = new Map<string, Map<string | undefined, string>>()));
    let byTask = byListener.get(listener);
    if (byTask === undefined) byListener.set(listener, (byTask = new Map<string | undefined, string>()));
    let text = byTask.get(task);
    if (text === undefined) {
      text = task === undefined ? `${name} ${listener}` : `${name} ${listener}.${task}`;
      byTask.set(task, text);
    }
    return text;
  }
}

/** `operator.acted pause order_sync` */
const textOfAct = (name: string, { action, listener, task }: OperationEvent): string =>
  [name, action, [listener ?? 'everything', task].filter((part) => part !== undefined).join('.')].join(' ');

/** A log sink that keeps every entry and notifies subscribers. */
export class LogBook implements LogSink {
  /** Oldest first. */
  readonly entries: LogEntry[] = [];
  readonly #subscribers = new Set<(entry: LogEntry) => void>();

  log(entry: LogEntry): void {
    this.entries.push(entry);
    for (const subscriber of this.#subscribers) subscriber(entry);
  }

  /** Calls `fn` for each entry from now on. Returns a function that unsubscribes. */
  onEntry(fn: (entry: LogEntry) => void): () => void {
    this.#subscribers.add(fn);
    return () => void this.#subscribers.delete(fn);
  }
}

/** The number of journal entries that are shown: the latest. */
const SHOWN = 40;

/**
 * The states of an application and its listeners, and the end of its journal, for the messages of failed expectations.
 */
export function describeApplication(status: ApplicationStatus, journal: readonly string[]): string {
  const left = journal.length - SHOWN;
  return [
    `The application "${status.name}" is ${status.state}. Its listeners:`,
    ...(status.listeners.length === 0
      ? ['  none']
      : status.listeners.map((listener) => `  ${describeListener(listener)}`)),
    'Its journal:',
    ...(journal.length === 0 ? ['  nothing has happened'] : []),
    ...(left > 0 ? [`  … ${left} earlier`] : []),
    ...journal.slice(-SHOWN).map((entry) => `  ${entry}`),
  ].join('\n');
}

function describeListener({ name, state, blockedBy, disabledReason, error, stuck }: ListenerStatus): string {
  const because =
    blockedBy !== undefined
      ? ` by "${blockedBy}"`
      : disabledReason !== undefined
        ? `: ${disabledReason}`
        : error !== undefined
          ? `: ${error.message.split('\n')[0] ?? ''}`
          : '';
  return `${name}: ${state}${because}${stuck === true ? ' (stuck)' : ''}`;
}
