import { BackgroundDaemon, Listener, type ListenerHooks, type StartupContext } from '../../src';
import type { Class } from '../../src/container/Class';
import type { DaemonPolicyOptions, ListenerReference } from '../../src/contracts/options';

export interface Behaviour {
  readonly fatal?: boolean;
  readonly dependsOn?: readonly ListenerReference[];
  readonly wants?: readonly ListenerReference[];
  readonly startupTimeout?: DaemonPolicyOptions['startupTimeout'];
  readonly shutdownTimeout?: DaemonPolicyOptions['shutdownTimeout'];
  readonly restart?: DaemonPolicyOptions['restart'];
  /** A `@Listener` instead of a daemon. */
  readonly mount?: boolean;
  readonly startup?: (context: StartupContext) => void | Promise<void>;
  readonly failsWith?: Error;
  readonly shutdown?: ListenerHooks['shutdown'];
  readonly ready?: ListenerHooks['ready'];
  readonly health?: ListenerHooks['health'];
  readonly run?: ListenerHooks['run'];
}

/** A listener class that writes `<name>.start` and `<name>.stop` into `journal`, and behaves as told. */
export function givenListener(journal: string[], name: string, behaviour: Behaviour = {}): Class {
  const { fatal, mount, startup, failsWith, shutdown, ready, health, run } = behaviour;
  const { dependsOn, wants, startupTimeout, shutdownTimeout, restart } = behaviour;
  class Journalled implements ListenerHooks {
    async startup(context: StartupContext): Promise<void> {
      journal.push(`${name}.start`);
      if (failsWith !== undefined) throw failsWith;
      await startup?.(context);
    }
    async shutdown(context: Parameters<NonNullable<ListenerHooks['shutdown']>>[0]): Promise<void> {
      journal.push(`${name}.stop`);
      await shutdown?.(context);
    }
  }
  if (ready !== undefined) Object.assign(Journalled.prototype, { ready });
  if (health !== undefined) Object.assign(Journalled.prototype, { health });
  if (run !== undefined) Object.assign(Journalled.prototype, { run });
  const options = {
    name,
    ...(dependsOn === undefined ? {} : { dependsOn }),
    ...(wants === undefined ? {} : { wants }),
    ...(startupTimeout === undefined ? {} : { startupTimeout }),
    ...(shutdownTimeout === undefined ? {} : { shutdownTimeout }),
    ...(restart === undefined ? {} : { restart }),
  };
  if (mount === true) Listener(options)(Journalled);
  else BackgroundDaemon({ ...options, ...(fatal === undefined ? {} : { fatalOnStartupFailure: fatal }) })(Journalled);
  return Journalled;
}

/** Never settles: a hook that hangs. */
export const forever = (): Promise<never> => new Promise<never>(() => undefined);

/** The error a promise rejects with. Throws when it resolves. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`expected a rejection, but it resolved with ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
