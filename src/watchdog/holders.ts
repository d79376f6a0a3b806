import type { CallInFlight, LoopBlockedEvent } from '../contracts/ApplicationEvents';

/** A hook or run that was seen to hold the event loop; without `listener` it was code of no listener. */
export type Holder = Omit<LoopBlockedEvent, 'blockedMs'>;

/** A standstill that is over. Epoch milliseconds. */
export interface EndedStandstill {
  readonly from: number;
  /** With the one that was seen last. */
  readonly event: LoopBlockedEvent;
  /** When that was seen first. */
  readonly seenAt?: number | undefined;
  /** The holders that were seen before, oldest first. */
  readonly earlier: readonly (Holder & { readonly seenAt?: number | undefined })[];
}

/**
 * Divides a standstill among those that have held the loop one after another, oldest first. Nobody has held it before they
 * began, and whoever was seen before has held it until then. A run or hook that began before the standstill has held it since
 * it was first seen, if another one was seen before.
 *
 * @param least - milliseconds; what is shorter is not told by itself.
 * @param beganAt - when a run or hook began; undefined if that is not known.
 */
export function divide(
  { from, event, seenAt, earlier }: EndedStandstill,
  least: number,
  beganAt: (call: Partial<CallInFlight>) => number | undefined,
): readonly LoopBlockedEvent[] {
  const parts: LoopBlockedEvent[] = [];
  let end = from + event.blockedMs;
  // By a clock that was set, or is another one, nothing is known.
  const isWithin = (at: number | undefined): at is number => at !== undefined && at >= from && at < end;
  const holders = [...earlier, { ...event, seenAt }];
  for (const [place, { seenAt: seen, ...holder }] of [...holders.entries()].reverse()) {
    const known = beganAt(holder);
    const began = isWithin(known) ? known : place > 0 && isWithin(seen) ? seen : from;
    if (began - from < least) return [{ ...holder, blockedMs: Math.round(end - from) }, ...parts];
    parts.unshift({ ...holder, blockedMs: Math.round(end - began) });
    end = began;
  }
  // Nobody was seen before the first of them began.
  return [{ blockedMs: Math.round(end - from), inFlight: [] }, ...parts];
}

/** A startup that is over. Epoch milliseconds. */
export interface EndedStartup {
  readonly listener: string;
  readonly began: number;
  readonly ended: number;
}

/**
 * The startups that have held a boot which waits for nothing, by their beginnings. Where one begins during another, the first
 * has held the loop until then.
 *
 * @param least - milliseconds; what is shorter is not told.
 */
export function startupsThatHeld(startups: readonly EndedStartup[], least: number): readonly LoopBlockedEvent[] {
  const sorted = [...startups].sort((one, other) => one.began - other.began);
  return sorted.flatMap(({ listener, began, ended }, place) => {
    const blockedMs = Math.min(ended, sorted[place + 1]?.began ?? ended) - began;
    const call = { listener, hook: 'startup' };
    return blockedMs < least ? [] : [{ ...call, blockedMs, inFlight: [call] }];
  });
}
