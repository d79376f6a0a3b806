import type { ListenerLogger } from '../contracts/ListenerLogger';
import type { RememberedMoments } from './RememberedMoments';
import type { ScheduledTask } from './ScheduledTask';

/**
 * Makes up what was missed while the process was down, once it is proved that due moments can be saved. Otherwise the
 * same run would be made up again at every start.
 *
 * @param decide - decides about what one of the tasks has missed.
 */
export function catchUp(
  behind: readonly ScheduledTask[],
  moments: RememberedMoments | undefined,
  log: Pick<ListenerLogger, 'warn'>,
  decide: (task: ScheduledTask, canBeSaved: boolean) => void,
): void {
  if (behind.length === 0 || moments === undefined) return;
  // All of them are unwritten now.
  void moments.flush().then(
    () => behind.forEach((task) => decide(task, true)),
    () => {
      const message = 'Missed due moments are not made up, since that cannot be saved. The next start tries again.';
      log.warn(message, { tasks: behind.map(({ path }) => path) });
      for (const task of behind) decide(task, false);
    },
  );
}
