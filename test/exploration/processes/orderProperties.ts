import { hold } from '../observed';
import type { Fact } from './Fact';
import { eventOf, indexOf, isEvent, type Life } from './Life';

const isHook =
  (listener: string, hook: string) =>
  (fact: Fact): boolean =>
    fact.fact === 'began' && fact.listener === listener && fact.hook === hook;

/** The indexes of a listener's events of that name. */
const times = ({ facts }: Life, holds: (fact: Fact) => boolean): number => facts.filter(holds).length;

export function startsWhatItNeedsFirst(life: Life): void {
  for (const { name, needs = [] } of life.script.listeners) {
    const starting = indexOf(life, isEvent('listener.starting', name));
    if (starting === Infinity) continue;
    for (const need of needs) {
      const started = indexOf(life, isEvent('listener.started', need));
      hold(started < starting, () => `"${name}" starts, and "${need}", which it needs, has not started`);
    }
  }
}

/** Whatever has started is stopped once; whatever has not is not. */
export function stopsOnceWhatHasStarted(life: Life): void {
  const isOver = eventOf(life, 'application.stopped') !== undefined;
  for (const { name, shutdown, defers = 0, startup } of life.script.listeners) {
    const started = eventOf(life, 'listener.started', name) !== undefined;
    const shutdowns = times(life, isHook(name, 'shutdown'));
    const ends =
      times(life, isEvent('listener.stopped', name)) + times(life, isEvent('listener.shutdown_failed', name));
    hold(shutdowns <= 1, () => `the shutdown of "${name}" was called ${shutdowns} times`);
    // A startup that ends after it was given up is shut down as well.
    if (!started && startup?.do !== 'deaf') hold(shutdowns === 0, () => `"${name}" is shut down, and has not started`);
    if (!isOver || !started) continue;
    hold(ends === 1, () => `"${name}" has started, and ended ${ends} times`);
    if (shutdown !== undefined) hold(shutdowns === 1, () => `the shutdown of "${name}" was never called`);
    const disposed = times(life, isHook(name, 'defer'));
    const isHanging = shutdown?.do === 'hang' || shutdown?.do === 'deaf' || shutdown?.do === 'wait';
    if (!isHanging) hold(disposed === defers, () => `${disposed} of ${defers} disposers of "${name}" were called`);
  }
}

export function stopsInReverse(life: Life): void {
  const { facts, script } = life;
  if ((script.concurrency ?? 1) > 1) return;
  const names = (event: string): string[] => facts.filter(isEvent(event)).flatMap(({ listener }) => listener ?? []);
  const started = names('listener.started');
  const stopping = names('listener.stopping');
  const expected = started.toReversed().slice(0, stopping.length);
  hold(stopping.join() === expected.join(), () => `started ${started.join()}, and began to stop ${stopping.join()}`);
}

/** Ticks begin after the boot is decided and before the stop, and while their listener runs. */
export function ticksWithinTheLife(life: Life): void {
  const stopping = indexOf(life, isEvent('application.stopping'));
  for (const [index, fact] of life.facts.entries()) {
    const isTick = fact.fact === 'began' && fact.hook === 'tick';
    if (!isTick && !isEvent('run.started')(fact)) continue;
    const { listener = '' } = fact;
    hold(index < stopping, () => `a tick of "${listener}" begins after the stop has`);
    hold(
      indexOf(life, isEvent('listener.started', listener)) < index,
      () => `a tick of "${listener}" begins, and it has not started`,
    );
    hold(
      indexOf(life, isEvent('listener.died', listener)) > index,
      () => `a tick of "${listener}" begins after its death`,
    );
  }
}

/** A disabled listener, and what needs it, is left alone. */
export function leavesTheDisabledAlone(life: Life): void {
  for (const { name, disabled } of life.script.listeners) {
    if (disabled !== true) continue;
    const touched = life.facts.some(({ fact, listener }) => fact === 'began' && listener === name);
    hold(!touched, () => `"${name}" is disabled, and one of its hooks was called`);
  }
}
