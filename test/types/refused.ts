/**
 * What must not compile. Every line below an expectation is a mistake that people make; an expectation that is no longer
 * needed is itself an error.
 */
import {
  Available,
  BackgroundDaemon,
  DaemonryError,
  Listener,
  Nested,
  PeriodicTask,
  Secret,
  Settings,
  defineModule,
  type Availability,
  type Duration,
  type PluginContext,
  type TickContext,
} from 'daemonry';

class Ticking {
  tick(): void {}
}

// A misspelt option.
// @ts-expect-error fatalOnStartupFailure is misspelt
@BackgroundDaemon({ fatalOnStartupFailuer: true })
export class MisspeltFatal {}

// @ts-expect-error fatalOnStartupFailure is misspelt beside a schedule
@BackgroundDaemon({ interval: '5m', fatalOnStartUpFailure: false })
export class MisspeltFatalWithSchedule extends Ticking {}

// @ts-expect-error interval is misspelt
@BackgroundDaemon({ intervall: '5m' })
export class MisspeltInterval extends Ticking {}

// @ts-expect-error a listener has no schedule
@Listener({ interval: '5m' })
export class ScheduledListener extends Ticking {}

// @ts-expect-error a listener is always fatal
@Listener({ fatalOnStartupFailure: false })
export class HarmlessListener {}

// Options that are reserved.
// @ts-expect-error a daemon is restarted on failure, or never
@BackgroundDaemon({ restart: 'always' })
export class Restarted {}

// @ts-expect-error a scope is a process or the cluster
@BackgroundDaemon({ scope: 'machine' })
export class MachineWide {}

// Schedules that contradict themselves.
// @ts-expect-error both an interval and a cron pattern
@BackgroundDaemon({ interval: '5m', cron: '* * * * *' })
export class TwoSchedules extends Ticking {}

// @ts-expect-error a schedule without a tick
@BackgroundDaemon({ interval: '5m' })
export class IntervalWithoutTick {}

// @ts-expect-error a schedule without a tick
@BackgroundDaemon({ cron: '* * * * *' })
export class CronWithoutTick {}

// @ts-expect-error fixed-delay counts from the end of a run, and a cron pattern does not
@BackgroundDaemon({ cron: '* * * * *', mode: 'fixed-delay' })
export class DelayedCron extends Ticking {}

// @ts-expect-error a time zone belongs to a cron pattern
@BackgroundDaemon({ interval: '5m', timeZone: 'Europe/Berlin' })
export class IntervalInTimeZone extends Ticking {}

// Values that are none.
// @ts-expect-error a duration has one short unit
@BackgroundDaemon({ interval: '5 minutes' })
export class SpokenInterval extends Ticking {}

// @ts-expect-error a duration has a unit
export const withoutUnit: Duration = '5';

// @ts-expect-error a duration has one unit
export const twoUnits: Duration = '1h30m';

// @ts-expect-error a number or a text
export const noDuration: Duration = new Date();

// @ts-expect-error no such overlap policy
@BackgroundDaemon({ interval: '5m', overlap: 'queue' })
export class UnknownOverlap extends Ticking {}

// @ts-expect-error no such misfire policy
@BackgroundDaemon({ interval: '5m', misfire: 'run-all' })
export class UnknownMisfire extends Ticking {}

// @ts-expect-error no such mode
@BackgroundDaemon({ interval: '5m', mode: 'fixed' })
export class UnknownMode extends Ticking {}

// @ts-expect-error jitter is a duration or a percentage
@BackgroundDaemon({ interval: '5m', jitter: 'some' })
export class VagueJitter extends Ticking {}

// @ts-expect-error a flag is no text
@BackgroundDaemon({ fatalOnStartupFailure: 'true' })
export class TextFlag {}

// @ts-expect-error a listener is named by its class or its name
@BackgroundDaemon({ dependsOn: [123] })
export class NumberDependency {}

// @ts-expect-error several are a list
@BackgroundDaemon({ dependsOn: 'database' })
export class SingleDependency {}

// @ts-expect-error an instance is no class
@BackgroundDaemon({ wants: [new Ticking()] })
export class InstanceDependency {}

// @ts-expect-error tags are texts
@BackgroundDaemon({ tags: [Ticking] })
export class ClassTag {}

// Hooks of a wrong form.
// @ts-expect-error startup is given a context, not a text
@BackgroundDaemon()
export class TextStartup {
  startup(_path: string): void {}
}

// @ts-expect-error startup is given no tick's context
@BackgroundDaemon()
export class TickingStartup {
  startup(_context: TickContext): void {}
}

// @ts-expect-error tick is a method
@BackgroundDaemon({ interval: '5m' })
export class PropertyTick {
  readonly tick = 5;
}

// @ts-expect-error run goes on, and so is asynchronous
@BackgroundDaemon()
export class SynchronousRun {
  run(): void {}
}

// @ts-expect-error health says up or down
@BackgroundDaemon()
export class VagueHealth {
  health(): string {
    return 'fine';
  }
}

// @ts-expect-error shutdown is a method, of a listener too
@Listener()
export class PropertyShutdown {
  readonly shutdown = true;
}

// Decorators where they do not belong.
// @ts-expect-error a decorator of classes without its parentheses
@BackgroundDaemon
export class WithoutParentheses {}

// @ts-expect-error a decorator of methods on a class
@PeriodicTask({ interval: '1h' })
export class TaskClass {}

@BackgroundDaemon()
export class Misplaced {
  // @ts-expect-error a decorator of methods on a property
  @PeriodicTask({ interval: '1h' })
  readonly property = 1;

  // @ts-expect-error a decorator of methods on a property, a function's too
  @PeriodicTask({ interval: '1h' })
  readonly arrow = (): void => undefined;

  // @ts-expect-error a decorator of methods on a getter
  @PeriodicTask({ interval: '1h' })
  get value(): number {
    return 1;
  }

  // @ts-expect-error a task is a method of the instance
  @PeriodicTask({ interval: '1h' })
  static compact(): void {}

  // @ts-expect-error without its parentheses
  @PeriodicTask
  unfinished(): void {}

  // @ts-expect-error a task is given a context, not a number
  @PeriodicTask({ interval: '1h' })
  counted(_times: number): void {}

  // @ts-expect-error a task is given one argument
  @PeriodicTask({ interval: '1h' })
  greedy(_context: TickContext, _more: string): void {}

  // @ts-expect-error both an interval and a cron pattern
  @PeriodicTask({ interval: '1h', cron: '* * * * *' })
  contradictory(): void {}

  // @ts-expect-error a misspelt option
  @PeriodicTask({ interval: '1h', tickTimeOut: '1m' })
  misspelt(): void {}

  // @ts-expect-error a startup timeout is the daemon's
  @PeriodicTask({ interval: '1h', startupTimeout: '1m' })
  foreign(): void {}

  // @ts-expect-error a decorator of classes on a method
  @BackgroundDaemon()
  daemon(): void {}
}

// @ts-expect-error settings have a key
@Settings()
export class Keyless {}

@Settings('a')
export class Confused {
  // @ts-expect-error without its parentheses it would redact nothing
  @Secret
  password = '';

  // @ts-expect-error the class comes from a function, because it may not be defined yet
  @Nested(Ticking)
  inner = new Ticking();
}

export class Consumer {
  constructor(
    // @ts-expect-error a listener is asked for by its class
    @Available('ticking') readonly byName: Availability<Ticking>,
  ) {}

  use(): void {
    // @ts-expect-error it may not be there: ask current() first
    this.byName.tick();
    const available = this.byName.current();
    // @ts-expect-error it may not be ready
    available.instance.tick();
    // @ts-expect-error only a failed one has an error
    if (available.state === 'disabled') void available.error;
  }
}

export function register({ registerBackgroundDaemon, registerListener, on, settings }: PluginContext): void {
  // @ts-expect-error a daemon has a name
  registerBackgroundDaemon({ startup: () => undefined });
  // @ts-expect-error a hook is a function
  registerBackgroundDaemon({ name: 'moods', startup: true });
  // @ts-expect-error schedules belong to tasks
  registerBackgroundDaemon({ name: 'moods', interval: '1m' });
  // @ts-expect-error a task has something to do
  registerBackgroundDaemon({ name: 'moods', periodicTasks: [{ interval: '1m' }] });
  // @ts-expect-error a class, not an instance
  registerListener(new Ticking());
  // @ts-expect-error there is no such event
  on('run.finish', () => undefined);
  // @ts-expect-error settings are made without arguments
  settings(Consumer);
}

// @ts-expect-error a module binds something
defineModule('empty', {});

// @ts-expect-error a module needs modules, not their names
defineModule('report', { needs: ['nightly'], bind: () => undefined });

export class MisspeltCodeError extends DaemonryError<'LEDGER_CLOSED'> {
  constructor() {
    // @ts-expect-error the code is not the one that the class declares
    super('LEDGER_CLOSE', { what: 'The ledger is closed.', fix: 'open it.' });
  }
}
