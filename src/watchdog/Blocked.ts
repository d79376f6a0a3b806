import type { CallInFlight } from '../contracts/ApplicationEvents';
import type { Seen } from './messages';

/** A standstill that goes on. */
export interface Blocked {
  /** When it was noticed, with the time it had lasted by then taken off: ISO text. */
  readonly since: string;
  readonly callsBefore: readonly CallInFlight[];
  sighting: Seen | undefined;
  /** The sightings of others before that. */
  readonly earlier: Seen[];
  /** When that was had, by the monotonic clock. */
  sightedAt: number;
  /** Settles when the newest question is answered. */
  asked: Promise<void>;
  /** Milliseconds after which the next line about it is due. */
  nextLineMs: number;
  /** True once it has lasted for `abortAfter`. */
  isEnding: boolean;
}
