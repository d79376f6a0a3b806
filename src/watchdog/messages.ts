import type { LoopBlockedEvent, CallInFlight } from '../contracts/ApplicationEvents';
import type { SupervisorVariables } from '../configuration';
import type { FrameworkConfig, WatchdogConfig } from '../contracts/configuration';
import { native } from '../time/native';
import type { Holder } from './holders';

/** Everything that the thread is given when it starts. */
export interface ThreadData {
  /** The file that exports `runWatchdog`. */
  readonly file: string;
  readonly sessionId: string;
  readonly config: WatchdogConfig;
  readonly logging: FrameworkConfig['logging'];
  /** The file descriptor that lines are written to. */
  readonly output: 1 | 2;
  readonly secrets: readonly string[];
  readonly supervisor: SupervisorVariables;
  readonly pulse: SharedArrayBuffer;
}

/** The levels of the lines that the thread writes, where an operator may have set them. */
export type Levels = Pick<FrameworkConfig['logging'], 'level' | 'levels'>;

/** A message from the application to the thread. */
export type ToThread = 'started' | 'stopping' | 'end' | { readonly levels: Levels };

/** A message from the thread to the application. Texts are free of secrets. */
export type FromThread =
  | {
      readonly kind: 'blocked';
      readonly event: LoopBlockedEvent;
      /** When its holder was seen first, in epoch milliseconds; undefined if nobody was seen. */
      readonly seenAt: number | undefined;
      /** The holders that were seen before, oldest first. */
      readonly earlier: readonly (Holder & { readonly seenAt: number })[];
      /** When it began, in epoch milliseconds, as far as it was counted. */
      readonly from: number;
      /** True if it was over, or nearly so, when the stack was taken: that may be the stack of whatever came next. */
      readonly isLate: boolean;
    }
  /** Something of the watchdog does not work; each is told once. */
  | {
      readonly kind: 'failed';
      readonly code: 'WATCHDOG_BLIND' | 'WATCHDOG_PORT' | 'WATCHDOG_SYSTEMD';
      readonly why: string;
      readonly what: string;
    }
  /** Everything is told that was to be told. */
  | { readonly kind: 'ended' };

/** The answer of the application's thread to the question who holds it. */
export interface Sighting extends Partial<CallInFlight> {
  readonly inFlight: readonly CallInFlight[];
  /** Absent if there is no frame but those of the question. */
  readonly stack?: string;
  /** True when a debugger can attach to the process, and may have stopped it. */
  readonly isInspected: boolean;
}

/** A sighting, and when its holder was seen first, in epoch milliseconds. */
export type Seen = Sighting & { readonly seenAt: number };

/** The hook or run of a sighting; empty for code of no listener. */
export const ownerOf = ({ listener, hook, task, runId }: Partial<Sighting> = {}): Partial<CallInFlight> =>
  listener === undefined ? {} : { listener, hook, task, runId };

/** True if another hook or run was seen. */
export const isOther = (one: Sighting, other: Sighting): boolean =>
  one.listener !== other.listener || one.hook !== other.hook || one.runId !== other.runId;

/** The most calls in flight that are told. */
export const MOST_CALLS = 100;

const UNTOLD = 0;
const LENGTH = 1;
const TIME_BYTES = 8;
const HEAD_BYTES = 16;
const TEXT_BYTES = 16_384;

/**
 * The heartbeat of an application, in memory that it shares with the thread: the time of the last beat, the calls in flight at
 * that time, and whether a standstill waits to be told.
 */
export class Pulse {
  readonly #time: BigInt64Array;
  readonly #numbers: Int32Array;
  readonly #text: Uint8Array;

  constructor(readonly memory = new SharedArrayBuffer(HEAD_BYTES + TEXT_BYTES)) {
    this.#time = new BigInt64Array(memory, 0, 1);
    this.#numbers = new Int32Array(memory, TIME_BYTES, 2);
    this.#text = new Uint8Array(memory, HEAD_BYTES);
  }

  /** The time of the last beat, by the monotonic clock, which is the same in all threads; in milliseconds. */
  get beatAt(): number {
    return Number(Atomics.load(this.#time, 0));
  }

  /** True while the thread knows of a standstill of which the application has not been told. */
  get isUntold(): boolean {
    return Atomics.load(this.#numbers, UNTOLD) === 1;
  }

  set isUntold(value: boolean) {
    Atomics.store(this.#numbers, UNTOLD, value ? 1 : 0);
  }

  /** Beats once. Most beats find no call in flight, and write no more than the time. */
  beat(calls: readonly CallInFlight[]): void {
    if (calls.length > 0 || this.#numbers[LENGTH] !== 0) this.#write(calls);
    Atomics.store(this.#time, 0, BigInt(Math.round(native.monotonic())));
  }

  /** The calls in flight at the last beat. */
  get calls(): readonly CallInFlight[] {
    const length = Atomics.load(this.#numbers, LENGTH);
    // A decoder refuses shared memory.
    return length === 0 ? [] : (JSON.parse(Buffer.from(this.#text.slice(0, length)).toString()) as CallInFlight[]);
  }

  #write(calls: readonly CallInFlight[]): void {
    let text = calls.length === 0 ? '' : JSON.stringify(calls);
    for (let most = calls.length; text.length > TEXT_BYTES / 3; text = JSON.stringify(calls.slice(0, most))) most >>= 1;
    const bytes = Buffer.from(text);
    this.#text.set(bytes);
    Atomics.store(this.#numbers, LENGTH, bytes.length);
  }
}
