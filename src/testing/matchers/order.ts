import type { TestApplication } from '../TestApplication';
import { applicationOf, listed, listenersOf, type MatcherResult, resultOf } from './subject';

/** `expect(app).toHaveStartedInOrder(['database', 'web'])`: all have started, in this order; others may stand between. */
export function toHaveStartedInOrder(received: unknown, names: readonly string[]): MatcherResult {
  const app = applicationOf(received, 'toHaveStartedInOrder');
  listenersOf(app, names);
  const started = inOrder(app, ['listener.started']).filter((name) => names.includes(name));
  const pass = started.join('\n') === names.join('\n');
  const instead = `they have started in this: ${listed(started)}`;
  return resultOf(app, pass, `these to have started in the order ${listed(names)}`, instead);
}

/** `expect(app).toHaveStoppedInReverse()`: whatever has started has stopped, newest first. */
export function toHaveStoppedInReverse(received: unknown): MatcherResult {
  const app = applicationOf(received, 'toHaveStoppedInReverse');
  const started = inOrder(app, ['listener.started']).reverse();
  const stopped = inOrder(app, ['listener.stopped', 'listener.shutdown_failed']).filter((name) =>
    started.includes(name),
  );
  const died = inOrder(app, ['listener.died']);
  const expected = started.filter((name) => stopped.includes(name) || !died.includes(name));
  const pass = started.length > 0 && stopped.join('\n') === expected.join('\n');
  const instead = started.length === 0 ? 'none has started' : `they have stopped in this: ${listed(stopped)}`;
  return resultOf(app, pass, `listeners to have stopped in the order ${listed(expected)}`, instead);
}

/** The listeners of journal entries with one of these names. */
function inOrder(app: TestApplication, events: readonly string[]): string[] {
  return app.journal
    .map((entry) => entry.split(' '))
    .filter(([event]) => events.includes(event ?? ''))
    .map(([, listener = '']) => listener);
}
