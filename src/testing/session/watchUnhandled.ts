import { runInThisContext } from 'node:vm';

import { toError } from '../../errors/serializeError';
import { UnhandledError } from '../../errors/processErrors';
import { currentExecution } from '../../execution/ExecutionContext';

const KIT = Symbol.for('daemonry:testing:unhandled');

type Told = (error: UnhandledError) => void;

/** By the session of the application. */
const watched = new Map<string, Told>();

/**
 * Calls `told` for each rejection and exception that nobody handles and that comes from a listener of that application.
 * A rejection counts as handled then, unless `told` throws. Returns what ends it.
 */
export function watchUnhandled(sessionId: string, told: Told): () => void {
  if (watched.size === 0) {
    realProcess.on('unhandledRejection', onRejection);
    realProcess.on('uncaughtExceptionMonitor', onException);
  }
  watched.set(sessionId, told);
  return () => {
    if (!watched.delete(sessionId) || watched.size > 0) return;
    realProcess.off('unhandledRejection', onRejection);
    realProcess.off('uncaughtExceptionMonitor', onException);
  };
}

const onRejection = Object.assign(
  (reason: unknown, promise: Promise<unknown>): void => {
    const told = tellOf(toError(reason), 'unhandledRejection');
    if (told) promise.catch(() => undefined);
    // What Node does where nobody listens, it must do although this listener is there.
    else if (isAlone()) throw reason;
  },
  { [KIT]: true },
);

const onException = (error: Error, kind: string): void => {
  if (kind === 'uncaughtException') tellOf(toError(error), kind);
};

/** False when it is nobody's that is watched. */
function tellOf(cause: Error, kind: string): boolean {
  const execution = currentExecution();
  const told = execution === undefined ? undefined : watched.get(execution.sessionId);
  if (execution === undefined || told === undefined) return false;
  told(new UnhandledError(cause, kind, `${execution.listener}.${execution.task ?? execution.hook}`));
  return true;
}

/** The first of the kit's listeners, one for each time its modules were loaded, and there are no others. */
function isAlone(): boolean {
  const listeners = realProcess.listeners('unhandledRejection');
  return listeners[0] === onRejection && listeners.every((listener) => KIT in listener);
}

/**
 * The process itself. What Jest gives the files it isolates is a copy, whose listeners never hear of what happens to the
 * process.
 */
export const realProcess = runInThisContext('process') as NodeJS.Process;
