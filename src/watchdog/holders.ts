import type { CallInFlight, LoopBlockedEvent } from '../contracts/ApplicationEvents';

/** A hook or run that was seen to hold the event loop; without `listener` it was code of no listener. */
export type Holder = Omit<LoopBlockedEvent, 'blockedMs'>;

/** A standstill that is over. Epoch milliseconds. */
export interface EndedStandstill {
  readonly from: number;
  /** With the one that was seen last. */
  readonly event: LoopBlockedEvent;
  /** The holders that were seen before, oldest first. */
  readonly earlier: readonly Holder[];
}

/**
 * Divides a standstill among those that have held the loop one after another, oldest first. A run has not held it before it
 * began, and whoever was seen before has held it until then.
 *
 * @param least - milliseconds; what is shorter is not told by itself.
 * @param beganAt - when a run began; undefined if that is not known.
 */
export function divide(
  { from, event, earlier }: EndedStandstill,
  least: number,
  beganAt: (call: Partial<CallInFlight>) => number | undefined,
): readonly LoopBlockedEvent[] {
  const parts: LoopBlockedEvent[] = [];
  let end = from + event.blockedMs;
  for (const holder of [event, ...[...earlier].reverse()]) {
    const known = beganAt(holder) ?? from;
    // By a clock that was set, or is another one, nothing is known.
    const began = known < end ? known : from;
    if (began - from < least) return [{ ...holder, blockedMs: Math.round(end - from) }, ...parts];
    parts.unshift({ ...holder, blockedMs: Math.round(end - began) });
    end = began;
  }
  // Nobody was seen before the first of them began.
  return [{ blockedMs: Math.round(end - from), inFlight: [] }, ...parts];
}
