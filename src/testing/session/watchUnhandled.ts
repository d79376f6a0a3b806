import { runInThisContext } from 'node:vm';

import { toError } from '../../errors/serializeError';
import { UnhandledError } from '../../errors/processErrors';
import { currentExecution } from '../../execution/ExecutionContext';

const KIT = Symbol.for('daemonry:testing:unhandled');

type Told = (error: UnhandledError) => void;

/** The subscribers, by the session of their application. */
const watched = new Map<string, Told>();

/**
 * Calls `told` for each unhandled rejection and exception of a listener of that application. The rejection counts as
 * handled from then on, unless `told` throws. Returns a function that unsubscribes.
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
    // Without other listeners Node would throw; it must do so although this one is there.
    else if (isAlone()) throw reason;
  },
  { [KIT]: true },
);

const onException = (error: Error, kind: string): void => {
  if (kind === 'uncaughtException') tellOf(toError(error), kind);
};

/** Tells the subscriber of the application that the running code belongs to. False when there is none. */
function tellOf(cause: Error, kind: string): boolean {
  const execution = currentExecution();
  const told = execution === undefined ? undefined : watched.get(execution.sessionId);
  if (execution === undefined || told === undefined) return false;
  told(new UnhandledError(cause, kind, `${execution.listener}.${execution.task ?? execution.hook}`));
  return true;
}

/** True when only the kit listens, and this is the first of its listeners: each loading of its modules adds one. */
function isAlone(): boolean {
  const listeners = realProcess.listeners('unhandledRejection');
  return listeners[0] === onRejection && listeners.every((listener) => KIT in listener);
}

/**
 * The real process object. Jest gives test files a copy, whose listeners never receive the events of the process.
 */
const realProcess = runInThisContext('process') as NodeJS.Process;
