import type { ServerResponse } from 'node:http';

import {
  type Application,
  type ApplicationEventMap,
  type ApplicationEventName,
  type ApplicationStatus,
  type Clock,
  type ClockTimer,
  limited,
  type ListenerLogger,
  type ListenerStatus,
} from 'daemonry';

/** Milliseconds for which changes are collected before readers are told. */
const COALESCE_MS = 250;
/** Milliseconds between comments that keep the connections of proxies open. */
const KEEP_ALIVE_MS = 15_000;
/** Largest number of readers at the same time. */
const MOST_READERS = 100;
/** Largest number of bytes that wait for a reader; who has more unread is closed. */
const MOST_UNREAD_BYTES = 1_048_576;
/** Milliseconds after which a browser whose connection is lost comes back. */
const RETRY_MS = 2_000;

/** The changes of at least 250 ms, as readers of `/api/events` are told them. Plain JSON. */
export interface ChangeFrame {
  /** When it was sent, as ISO text. */
  readonly at: string;
  /** Differs for every application that is created. */
  readonly sessionId: string;
  /** The state of the application. */
  readonly state: ApplicationStatus['state'];
  /** The number of events since the last frame, by name. */
  readonly events: Readonly<Partial<Record<ApplicationEventName, number>>>;
  /** The listeners that had an event since the last frame, or that another one blocks or unblocked since then, as they are now. */
  readonly listeners: readonly ListenerStatus[];
}

/**
 * The readers of `/api/events`, as server-sent events. Changes are collected for 250 ms and told once for each listener, so
 * that a busy application costs its readers no more than a quiet one. It listens to the events of the application only
 * while somebody reads.
 */
export class EventReaders {
  readonly #application: Application;
  readonly #clock: Clock;
  readonly #log: Pick<ListenerLogger, 'warn'>;
  /** Each with whether who reads may still do so. */
  readonly #readers = new Map<ServerResponse, () => boolean>();
  readonly #changed = new Set<string>();
  /** The listener by which each was blocked when readers were told last. */
  readonly #blockedBy = new Map<string, string>();
  #counts: Partial<Record<ApplicationEventName, number>> = {};
  #unsubscribe: (() => void) | undefined;
  #frame: ClockTimer | undefined;
  #keepAlive: ClockTimer | undefined;
  #closed = false;

  constructor(application: Application, clock: Clock, log: Pick<ListenerLogger, 'warn'>) {
    this.#application = application;
    this.#clock = clock;
    this.#log = log;
  }

  /** True while one more reader is allowed. */
  get hasRoom(): boolean {
    return !this.#closed && this.#readers.size < MOST_READERS;
  }

  /**
   * Tells a reader every change from now on, until it hangs up. Its first event is `open`, with the state as it is.
   *
   * @param isAdmitted - asked before anything is sent: whoever may not read any more gets the event `end`, and nothing else.
   */
  add(response: ServerResponse, isAdmitted: () => boolean): void {
    const first = this.#text('open', [], {});
    if (first === undefined) {
      response.end(`retry: ${RETRY_MS}\n\n`);
      return;
    }
    this.#readers.set(response, isAdmitted);
    response.once('close', () => this.#remove(response));
    // A reader that hangs up while it is written to has an error, and then a close.
    response.on('error', () => this.#remove(response));
    if (this.#unsubscribe === undefined) this.#subscribe();
    response.write(`retry: ${RETRY_MS}\n${first}`);
  }

  /** Ends every connection, and takes no further reader. */
  close(): void {
    this.#closed = true;
    this.#flush();
    for (const response of [...this.#readers.keys()]) {
      this.#remove(response);
      response.end(this.#text('end', [], {}) ?? END);
    }
  }

  /** Ends the connections of readers who may not read any more, such as after a logout. */
  closeUnadmitted(): void {
    for (const [response, isAdmitted] of [...this.#readers]) {
      if (isAdmitted()) continue;
      this.#remove(response);
      response.end(END);
    }
  }

  #subscribe(): void {
    this.#unsubscribe = this.#application.events.onAny((name, event) => this.#note(name, event));
    this.#armKeepAlive();
  }

  #remove(response: ServerResponse): void {
    this.#readers.delete(response);
    if (this.#readers.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#frame?.cancel();
    this.#frame = undefined;
    this.#keepAlive?.cancel();
    this.#keepAlive = undefined;
    this.#changed.clear();
    this.#blockedBy.clear();
    this.#counts = {};
  }

  #note<K extends ApplicationEventName>(name: K, event: ApplicationEventMap[K]): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
    if ('listener' in event && typeof event.listener === 'string') this.#changed.add(event.listener);
    this.#frame ??= this.#clock.at(this.#clock.now() + COALESCE_MS, () => this.#flush(), { elapsed: true });
  }

  #flush(): void {
    this.#frame?.cancel();
    this.#frame = undefined;
    if (Object.keys(this.#counts).length === 0) return;
    const counts = this.#counts;
    this.#counts = {};
    const changed = new Set(this.#changed);
    this.#changed.clear();
    const frame = this.#text('change', changed, counts);
    if (frame !== undefined) this.#send(frame);
  }

  /**
   * A frame that is made outside every request. Where the status cannot be read, that is a line of the log, and undefined:
   * nobody who only watches ends the process.
   */
  #text(name: string, changed: Iterable<string>, events: ChangeFrame['events']): string | undefined {
    try {
      return eventText(name, this.#describe(changed, events));
    } catch (error) {
      this.#log.warn('The readers of /api/events are not told of a change', {
        error,
        ...limited('web: unread status'),
      });
      return undefined;
    }
  }

  #describe(changed: Iterable<string>, events: ChangeFrame['events']): ChangeFrame {
    const { state, sessionId, listeners } = this.#application.status();
    const names = new Set(changed);
    // The listener that blocks others has the event, and they have none.
    if (Object.keys(events).length > 0) for (const name of this.#newlyBlocked(listeners)) names.add(name);
    const at = new Date(this.#clock.now()).toISOString();
    return { at, sessionId, state, events, listeners: listeners.filter(({ name }) => names.has(name)) };
  }

  /** The listeners that another one blocks, or blocks no longer, since readers were told last. */
  #newlyBlocked(listeners: readonly ListenerStatus[]): readonly string[] {
    const newly: string[] = [];
    for (const { name, blockedBy } of listeners) {
      if (this.#blockedBy.get(name) === blockedBy) continue;
      newly.push(name);
      if (blockedBy === undefined) this.#blockedBy.delete(name);
      else this.#blockedBy.set(name, blockedBy);
    }
    return newly;
  }

  #send(frame: string): void {
    this.closeUnadmitted();
    for (const response of [...this.#readers.keys()]) {
      if (response.writableLength > MOST_UNREAD_BYTES) {
        this.#log.warn('Closed a reader of /api/events that does not read', { unread: response.writableLength });
        this.#remove(response);
        response.destroy();
      } else response.write(frame);
    }
  }

  #armKeepAlive(): void {
    this.#keepAlive = this.#clock.at(
      this.#clock.now() + KEEP_ALIVE_MS,
      () => {
        this.#send(': keep-alive\n\n');
        if (this.#readers.size > 0) this.#armKeepAlive();
      },
      { elapsed: true },
    );
  }
}

const END = 'event: end\ndata: {}\n\n';

const eventText = (name: string, data: ChangeFrame): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
