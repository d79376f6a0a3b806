import { hold } from '../observed';
import type { Fact } from './Fact';
import { eventOf, isEvent, type Life, type Trial } from './Life';
import { dailyMoment } from './ProcessScript';

/** The time that an application is given, after it has started, for what is due at once. */
const SOON_MS = 1_500;
/** The time after which what is to be remembered is on disk. */
const WRITTEN_MS = 1_000;

const ms = (text: string): number => Date.parse(text);

const ticksOf = ({ facts }: Life, listener: string): readonly Fact[] =>
  facts.filter((fact) => fact.fact === 'began' && fact.hook === 'tick' && fact.listener === listener);

/** The time from which the tasks of a listener were kept, and the time to which they were; undefined when they were not. */
function openTime(life: Life, listener: string): { readonly from: number; readonly to: number } | undefined {
  const from = eventOf(life, 'application.started')?.at;
  if (from === undefined || eventOf(life, 'listener.started', listener) === undefined) return undefined;
  const to = eventOf(life, 'listener.died', listener)?.at ?? eventOf(life, 'application.stopping')?.at ?? life.ended;
  return { from, to: to - (life.drawn.frozen ?? 0) };
}

/** A due moment runs once in all lives, unless the process was ended before it could note on disk that the run had begun. */
export function runsNoMomentTwice({ script, lives }: Trial): void {
  for (const { name, schedule } of script.listeners) {
    if (schedule === undefined) continue;
    const ran = new Map<string, Handled>();
    for (const life of lives) {
      for (const { run } of ticksOf(life, name)) {
        if (run === undefined || run.trigger === 'manual') continue;
        const before = ran.get(run.tickId);
        hold(before === undefined || isNotNoted(before, name), () => `${run.tickId} has run twice`);
        ran.set(run.tickId, { life, to: ms(run.scheduledAt) });
      }
    }
  }
}

/** Moments that one process has handled are not made up for by the next, with the same exception. */
export function makesNothingUpTwice({ script, lives }: Trial): void {
  for (const { name, remembers } of script.listeners) {
    if (remembers !== true) continue;
    let before: Handled | undefined;
    for (const life of lives) {
      for (const { run } of life.facts.filter(isEvent('run.skipped', name))) {
        if (run?.missed === undefined || before === undefined) continue;
        const isNew = ms(run.missed.from) > before.to || isNotNoted(before, name);
        hold(isNew, () => `${name}.tick makes up for ${run.missed?.from ?? ''} once more`);
      }
      before = handledIn(life, name).reduce((last, next) => (next.to > (last?.to ?? 0) ? next : last), before);
    }
  }
}

/** Nothing is made up for while that cannot be saved: every next process would do so once more. */
export function makesUpForNothingUnsaved({ script, lives }: Trial): void {
  for (const { name } of script.listeners) {
    for (const life of lives.slice(1).filter(({ drawn }) => drawn.unwritable === true)) {
      const made = ticksOf(life, name).find(({ run }) => run?.trigger === 'catch-up');
      hold(made === undefined, () => `${made?.run?.tickId ?? ''} is made up for, and that cannot be saved`);
    }
  }
}

/** The newest due moment of a run, or of a decision against it. */
interface Handled {
  readonly life: Life;
  /** Epoch milliseconds. */
  readonly to: number;
}

function isNotNoted({ life, to }: Handled, listener: string): boolean {
  if (eventOf(life, 'application.stopped') !== undefined && life.drawn.unwritable !== true) return false;
  const next = life.remembered.get(`${listener}.tick`);
  return next === undefined || next <= to;
}

/** A moment that is remembered, and came while no process was there to run it, is made up for by the next one. */
export function losesNoDailyMoment({ script, began, lives }: Trial): void {
  for (const { name, schedule, remembers } of script.listeners) {
    if (schedule?.kind !== 'daily' || remembers !== true) continue;
    if (began === undefined) continue;
    const at = dailyMoment(began, schedule.inMs);
    let isKnown = false;
    for (const life of lives) {
      if (life.facts.some(({ fact, listener, run }) => fact === 'began' && listener === name && run !== undefined))
        break;
      const open = openTime(life, name);
      if (open === undefined) continue;
      const wasDue = at < open.from ? isKnown : at + SOON_MS < open.to;
      const isLost = wasDue && open.to - open.from > SOON_MS && !(at < open.from && life.drawn.unwritable === true);
      hold(!isLost, () => `${name}.tick was due at ${new Date(at).toISOString()}, and has never run`);
      if (open.from < at && isWritten(life, open)) isKnown = true;
    }
  }
}

const isWritten = (life: Life, { from, to }: { readonly from: number; readonly to: number }): boolean =>
  life.drawn.unwritable !== true && (eventOf(life, 'application.stopped') !== undefined || to - from > WRITTEN_MS);

/** A moment that falls into the stop, or waits for its run when the process ends, is still on disk for the next process. */
export function owesWhatFallsIntoTheStop({ script, lives }: Trial): void {
  for (const { name, remembers } of script.listeners) {
    if (remembers !== true) continue;
    for (const life of lives) {
      if (eventOf(life, 'application.stopped') === undefined || life.drawn.unwritable === true) continue;
      for (const { run } of life.facts.filter(isEvent('run.skipped', name))) {
        if (run === undefined || run.reason !== 'draining' || run.trigger === 'manual') continue;
        const next = life.remembered.get(`${name}.tick`) ?? Infinity;
        const text = `${name}.tick of ${run.scheduledAt} fell into the stop, and the next one on disk is ${instant(next)}`;
        hold(next <= ms(run.scheduledAt), () => text);
      }
    }
  }
}

const instant = (at: number): string => (at === Infinity ? 'none' : new Date(at).toISOString());

/** When a process begins after a moment that the one before has not handled, its first run makes up for it. */
export function catchesUp({ script, lives }: Trial): void {
  for (const listener of script.listeners) {
    const { name, schedule, remembers } = listener;
    if (schedule?.kind !== 'cron' || remembers !== true) continue;
    let knownFrom: number | undefined;
    let handled = 0;
    for (const life of lives) {
      const open = openTime(life, name);
      if (open === undefined) continue;
      const first = life.facts.find(isEvent('run.started', name));
      const since = Math.max(handled, knownFrom ?? Infinity);
      const due = Math.floor(since / (schedule.seconds * 1_000) + 1) * schedule.seconds * 1_000;
      if (due < open.from - 100 && life.drawn.unwritable !== true) {
        const text = `${name}.tick was due at ${new Date(due).toISOString()}, before this process`;
        if (first !== undefined) hold(first.run?.trigger === 'catch-up', () => `${text}, and is not made up for`);
        else hold(open.to - open.from < SOON_MS, () => `${text}, and nothing has run`);
      }
      handled = Math.max(handled, ...handledIn(life, name).map(({ to }) => to));
      if (knownFrom === undefined && isWritten(life, open)) knownFrom = open.from;
    }
  }
}

/** Decisions that leave a due moment to the next process. */
const PUT_OFF = new Set<string | undefined>(['draining', 'unreachable']);

/** The due moments that have led to a run, or to a decision against it. */
function handledIn(life: Life, name: string): Handled[] {
  return life.facts.flatMap(({ fact, name: event, listener, run }) => {
    if (fact !== 'event' || listener !== name || run === undefined) return [];
    const isDecided = event === 'run.started' || (event === 'run.skipped' && !PUT_OFF.has(run.reason));
    return isDecided ? [{ life, to: ms(run.missed?.to ?? run.scheduledAt) }] : [];
  });
}
