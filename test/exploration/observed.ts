import type { ExploredRun, ObservedCall, ObservedEvent } from '../../src/testing/explore/ExploredRun';
import type { SyntheticApplication, SyntheticListener } from '../../src/testing/explore/SyntheticApplication';

/** Throws the text of a claim unless it holds. */
export function hold(claim: boolean, text: () => string): void {
  if (!claim) throw new Error(text());
}

export function applicationOf({ script }: ExploredRun): SyntheticApplication {
  if (script.application === undefined) throw new Error('a synthetic application is needed');
  return script.application;
}

export const listenersOf = (run: ExploredRun): readonly SyntheticListener[] => applicationOf(run).listeners;

export const isFatal = (listener: SyntheticListener): boolean => listener.mount === true || listener.fatal === true;

export const eventsOf = (run: ExploredRun, listener: string): readonly ObservedEvent[] =>
  run.events.filter((event) => event.listener === listener && event.name.startsWith('listener.'));

export const eventOf = (run: ExploredRun, name: ObservedEvent['name'], listener?: string): ObservedEvent | undefined =>
  run.events.find((event) => event.name === name && (listener === undefined || event.listener === listener));

export const callsOf = (run: ExploredRun, listener: string, hook: string): readonly ObservedCall[] =>
  run.calls.filter((call) => call.listener === listener && call.hook === hook);

/** The calls of every task. */
export const tickCalls = (run: ExploredRun): readonly ObservedCall[] =>
  run.calls.filter(({ runId }) => runId !== undefined);

/** The events after which the startup of a listener is decided. */
export const DECIDED = new Set<string>([
  'listener.started',
  'listener.startup_failed',
  'listener.blocked',
  'listener.disabled',
  'listener.stopped',
]);

/** The events after which listeners that need this one are blocked. */
export const LOST = new Set<string>(['listener.startup_failed', 'listener.blocked', 'listener.died']);

export const payloadOf = <T>(event: ObservedEvent): T => event.payload as T;
