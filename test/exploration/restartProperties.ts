import type { ExploredRun, ObservedEvent } from '../../src/testing/explore/ExploredRun';
import { applicationOf, callsOf, eventsOf, hold, listenersOf } from './observed';

const LIFE = /^listener\.(started|died|startup_failed|restarting|restart_given_up|blocked|disabled|stopping|stopped)$/;

/** The newest event in the life of a listener before a place; undefined if there is none. */
const lifeBefore = (run: ExploredRun, name: string, order: number): string | undefined =>
  eventsOf(run, name).findLast((event) => event.order < order && LIFE.test(event.name))?.name;

const startedRuns = (run: ExploredRun, listener: string, task: string): readonly ObservedEvent[] =>
  run.events.filter((event) => event.name === 'run.started' && event.listener === listener && event.task === task);

/** A startup begins when everything of the life before has settled, but for a shutdown that has used up its time. */
export function livesOnceAtATime(run: ExploredRun): void {
  for (const { name } of listenersOf(run)) {
    const calls = run.calls.filter(({ listener, hook }) => listener === name && hook !== 'shutdown');
    for (const startup of callsOf(run, name, 'startup').slice(1)) {
      for (const { hook, number, began, ended } of calls) {
        const isSettled = began >= startup.began || (ended !== undefined && ended < startup.began);
        hold(isSettled, () => `"${name}" starts again while call ${number} of ${hook} of its last life goes on`);
      }
    }
  }
}

/** A listener is started while everything that it needs runs, also again and late. */
export function startsWithWhatItNeeds(run: ExploredRun): void {
  for (const { name, needs = [] } of applicationOf(run).listeners) {
    for (const { began, number } of callsOf(run, name, 'startup')) {
      for (const need of needs) {
        const life = lifeBefore(run, need, began);
        hold(life === 'listener.started', () => `"${name}" starts (${number}) and "${need}" is ${String(life)}`);
      }
    }
  }
}

/** A run begins while its listener, and everything that it needs, runs. */
export function ticksWithWhatItNeeds(run: ExploredRun): void {
  for (const { name, needs = [], tasks = [] } of applicationOf(run).listeners) {
    for (const task of tasks) {
      for (const { order: began } of startedRuns(run, name, task.name)) {
        for (const other of [name, ...needs]) {
          const life = lifeBefore(run, other, began);
          hold(life === 'listener.started', () => `"${name}" runs ${task.name} and "${other}" is ${String(life)}`);
        }
      }
    }
  }
}

/** Each life that began is shut down once, and one that has not begun is not. */
export function shutsEachLifeDown(run: ExploredRun): void {
  for (const { name } of listenersOf(run)) {
    const started = eventsOf(run, name).filter((event) => event.name === 'listener.started').length;
    const resolved = callsOf(run, name, 'startup').filter(({ outcome }) => outcome === 'resolved').length;
    const shutdowns = callsOf(run, name, 'shutdown').length;
    hold(shutdowns >= started, () => `"${name}" has started ${started} times, and was shut down ${shutdowns} times`);
    hold(shutdowns <= resolved, () => `"${name}" came up ${resolved} times, and was shut down ${shutdowns} times`);
  }
}
