import type { BackgroundDaemonEntry, PeriodicTaskSpec } from '../../contracts/entries';
import { showValue } from '../../errors/Problem';
import { durationMs, isDuration } from '../../time/duration';
import { isoText, LAST_OF_FOUR_DIGITS, readInstant } from '../../time/instant';

/** The clocks of an application, the tasks that follow them, and its secrets. */
export interface Clocks {
  readonly daemon: (name: string) => Pick<BackgroundDaemonEntry, 'tasks'> | undefined;
  readonly now: number;
  /** Now by the clock of the cluster's store; undefined while no task of cluster scope is scheduled. */
  readonly storeNow: number | undefined;
  /** Removes secrets from a text. */
  readonly redact: (text: string) => string;
}

/** The end of what an operator sets, in epoch milliseconds. */
interface End {
  readonly ms: number;
  /** The milliseconds from now to `ms`, where a duration was given in place of an instant. */
  readonly lastsMs?: number;
}

/**
 * Reads when an act is to end by itself: on the clock of the store if the cluster keeps all that it concerns, else on that of
 * the application.
 *
 * @param listener - the listener that it concerns; undefined for the whole application.
 * @param spec - the task that it concerns; undefined for all of them.
 * @param problems - filled with what is wrong.
 */
export function readUntil(
  given: unknown,
  clocks: Clocks,
  listener: string | undefined,
  spec: PeriodicTaskSpec | undefined,
  problems: string[],
): End | undefined {
  if (given === undefined) return undefined;
  const storeNow = keptInStore(clocks, listener, spec) ? clocks.storeNow : undefined;
  const now = storeNow ?? clocks.now;
  const lastsMs = typeof given === 'string' && isDuration(given) ? durationMs(given) : undefined;
  const instant = given instanceof Date || typeof given === 'string' ? readInstant(given) : undefined;
  const ms = lastsMs === undefined ? instant : now + lastsMs;
  if (ms === undefined) {
    problems.push(
      `"until" must be a Date, ISO text with an offset such as 2030-01-31T08:00:00Z, or a duration from now such as 2h: ${showValue(given, clocks.redact)} is not an instant, nor a duration.`,
    );
  } else if (ms <= now) {
    const what = lastsMs === undefined ? isoText(ms) : `${showValue(given)} from now`;
    const whose = storeNow === undefined ? '' : `; it is ${isoText(now)} by the clock of the cluster's store`;
    problems.push(`"until" is over: ${what} is not in the future${whose}.`);
  } else if (ms > LAST_OF_FOUR_DIGITS)
    problems.push(
      `"until" is too far away: ${isoText(LAST_OF_FOUR_DIGITS)} is the last instant. Leave it out for what is to last until it is lifted.`,
    );
  else return lastsMs === undefined ? { ms } : { ms, lastsMs };
  return undefined;
}

/** True if the cluster keeps what is set for each of the tasks. */
function keptInStore({ daemon }: Clocks, listener: string | undefined, spec: PeriodicTaskSpec | undefined): boolean {
  const ofListener = listener === undefined ? [] : (daemon(listener)?.tasks ?? []);
  const tasks = spec === undefined ? ofListener : [spec];
  return tasks.length > 0 && tasks.every(({ cluster }) => cluster !== undefined);
}
