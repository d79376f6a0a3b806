import type { Problems } from '../errors/Problem';
import { scheduleComplaint } from '../scheduling/when';
import { describeClass } from '../container/classLocation';
import type { ListenerPlan } from './ListenerPlan';

/** Reports cron patterns and time zones that cannot be: unreadable, unknown, or never due. */
export function checkSchedules(plans: readonly ListenerPlan[], problems: Problems): void {
  for (const { name, target, options } of plans) {
    for (const { spec, origins } of options.tasks) {
      const complaint = scheduleComplaint(spec.schedule);
      if (complaint === undefined) continue;
      problems.add('INVALID_SCHEDULE', {
        what: `The schedule of "${name}.${spec.name}" cannot be kept: ${complaint}.`,
        facts: { class: describeClass(target), 'cron from': origins['cron'], 'time zone from': origins['timeZone'] },
        fix: "give five fields (minute, hour, day, month, weekday) or six with seconds first, and an IANA time zone such as 'Europe/Berlin'.",
      });
    }
  }
}
