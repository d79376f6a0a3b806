import type { StartupContext, TickContext } from 'daemonry';

import type { Note } from './Fact';
import { dailyMoment, type DrawnListener, type DrawnSchedule } from './ProcessScript';
import { perform, type AnyContext } from './subjectBehaviour';

type Package = typeof import('daemonry');
type Hook = 'startup' | 'ready' | 'run' | 'tick' | 'shutdown';

const HOOKS: readonly Hook[] = ['startup', 'ready', 'run', 'tick', 'shutdown'];

/**
 * The class of a drawn listener, with the hooks that it has and no others.
 *
 * @param began - the instant that `daily` schedules count from.
 */
export function listenerClass(
  { BackgroundDaemon, Listener }: Package,
  listener: DrawnListener,
  began: number,
  note: (fact: Note) => void,
): new () => object {
  const { name, needs = [], schedule, defers = 0 } = listener;
  class Subject {}
  for (const hook of HOOKS) {
    const isNeeded = hook === 'tick' ? schedule !== undefined : hook === 'startup' && defers > 0;
    if (listener[hook] === undefined && !isNeeded) continue;
    let calls = 0;
    const call = (context: AnyContext): unknown => {
      calls++;
      if (hook === 'startup') deferAll(context as StartupContext);
      const { tickId, trigger, scheduledAt } = context as Partial<TickContext>;
      const run =
        tickId === undefined || trigger === undefined || scheduledAt === undefined
          ? {}
          : { run: { tickId, trigger, scheduledAt: scheduledAt.toISOString() } };
      note({ fact: 'began', listener: name, hook, ...run });
      const end = (): void => {
        note({ fact: 'ended', listener: name, hook, ...run });
      };
      let result: unknown;
      try {
        result = perform(listener[hook], context, calls, note);
      } catch (error) {
        end();
        throw error;
      }
      if (result instanceof Promise) return result.finally(end);
      end();
      return result;
    };
    Object.defineProperty(Subject.prototype, hook, { value: call, configurable: true, writable: true });
  }
  const deferAll = ({ defer }: StartupContext): void => {
    for (let count = 0; count < defers; count++) {
      defer(() => {
        note({ fact: 'began', listener: name, hook: 'defer' });
      });
    }
  };
  const shared = { name, dependsOn: needs, startupTimeout: '500ms', shutdownTimeout: '900ms' } as const;
  if (listener.mount === true) Listener(shared)(Subject);
  else
    BackgroundDaemon({ ...shared, fatalOnStartupFailure: listener.fatal ?? false, ...policy(listener, began) })(
      Subject,
    );
  return Subject;
}

function policy({ schedule, remembers, overlap, tickTimeout, drain }: DrawnListener, began: number): object {
  if (schedule === undefined) return {};
  return {
    ...scheduleOptions(schedule, began),
    ...(remembers === true ? { misfire: 'run-once' } : {}),
    ...(overlap === undefined ? {} : { overlap }),
    ...(tickTimeout === undefined ? {} : { tickTimeout: `${tickTimeout}ms` }),
    ...(drain === undefined ? {} : { drainTimeout: `${drain}ms` }),
  };
}

function scheduleOptions(schedule: DrawnSchedule, began: number): object {
  switch (schedule.kind) {
    case 'interval':
      return { interval: `${schedule.ms}ms`, ...(schedule.mode === undefined ? {} : { mode: schedule.mode }) };
    case 'cron':
      return { cron: `*/${schedule.seconds} * * * * *` };
    case 'daily': {
      const at = new Date(dailyMoment(began, schedule.inMs));
      return { cron: `${at.getUTCSeconds()} ${at.getUTCMinutes()} ${at.getUTCHours()} * * *` };
    }
    case 'off':
      return { interval: '50ms' };
  }
}
