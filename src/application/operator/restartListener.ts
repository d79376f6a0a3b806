import type { DaemonCoordinator } from '../../coordinator/DaemonCoordinator';
import type { Engine } from '../../coordinator/Engine';
import type { ListenerLogger } from '../../contracts/ListenerLogger';
import { toError } from '../../errors/serializeError';
import { NotRunningError } from '../../errors/taskErrors';
import { currentExecution } from '../../execution/ExecutionContext';
import type { ApplicationLifecycle } from '../ApplicationLifecycle';

/** The parts of an application that restart a listener. */
export interface RestartParts {
  readonly lifecycle: ApplicationLifecycle;
  readonly engine: Engine;
  readonly coordinator: DaemonCoordinator;
  readonly log: ListenerLogger;
}

/**
 * Stops a listener, and starts it again; resolves when it runs. Called inside a hook of that listener it is not awaited.
 *
 * @throws NotRunningError, and whatever refuses the restart or makes it fail.
 */
export async function restartListener(
  { lifecycle, engine, coordinator, log }: RestartParts,
  name: string,
  { reason, by }: { readonly reason: string; readonly by: string },
): Promise<void> {
  const runtime = coordinator.runtime(name);
  if (runtime === undefined) throw new NotRunningError(name, 'unknown');
  if (!lifecycle.isRunning) throw new NotRunningError(name, `the application is ${lifecycle.state}`);
  const refusal = coordinator.restartRefusal(runtime);
  if (refusal !== undefined) throw refusal;
  engine.emit('operator.restarted', { listener: name, by, reason });
  const restarted = coordinator.restart(runtime, reason);
  const caller = currentExecution();
  if (caller?.sessionId !== engine.sessionId || caller.listener !== name || caller.isSettled) return await restarted;
  log.warn(
    `restart() was called inside ${name}.${caller.hook}, which the restart has to wait for: it has begun, and is not awaited`,
  );
  restarted.catch((error: unknown) => log.error(`"${name}" was not restarted`, { error: toError(error) }));
}
