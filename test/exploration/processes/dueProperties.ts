import { hold } from '../observed';
import type { Fact } from './Fact';
import { eventOf, isEvent, type Life, type Trial } from './Life';
import { dailyMoment, type DrawnListener } from './ProcessScript';

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

/**
 * A due moment runs once in all lives. The one exception: the process was ended before it could note on disk that the run
 * had begun.
 */
export function runsNoMomentTwice({ script, lives }: Trial): void {
  for (const { name, schedule } of script.listeners) {
    if (schedule === undefined) continue;
    const ran = new Map<string, Life>();
    for (const life of lives) {
      for (const { run } of ticksOf(life, name)) {
        if (run === undefined || run.trigger === 'manual') continue;
        const before = ran.get(run.tickId);
        hold(
          before === undefined || wasCutOff(before, `${name}.tick`, ms(run.scheduledAt)),
          () => `${run.tickId} has run twice`,
        );
        ran.set(run.tickId, life);
      }
    }
  }
}

/** Moments that one process has handled are not made up for by the next. */
export function makesNothingUpTwice({ script, lives }: Trial): void {
  for (const listener of script.listeners) {
    const { name, remembers } = listener;
    if (remembers !== true) continue;
    let before: { readonly life: Life; readonly to: number } | undefined;
    for (const life of lives) {
      for (const { run } of life.facts.filter(isEvent('run.skipped', name))) {
        if (run?.missed === undefined || before === undefined) continue;
        const { to } = before;
        const isNew = ms(run.missed.from) > to || wasCutOff(before.life, `${name}.tick`, to);
        hold(isNew, () => `${name}.tick makes up for ${run.missed?.from ?? ''} once more`);
      }
      const to = Math.max(0, ...handledIn(life, listener));
      if (to > 0) before = { life, to };
    }
  }
}

function wasCutOff(life: Life, task: string, at: number): boolean {
  if (eventOf(life, 'application.stopped') !== undefined || life.drawn.readOnly === true) return false;
  const next = life.remembered.get(task);
  return next === undefined || next <= at;
}

/** A moment that is remembered, and came while no process was there to run it, is made up for by the next one. */
export function losesNoDailyMoment({ script, began, lives }: Trial): void {
  for (const listener of script.listeners) {
    const { name, schedule, remembers } = listener;
    if (schedule?.kind !== 'daily' || remembers !== true) continue;
    if (began === undefined) continue;
    const at = dailyMoment(began, schedule.inMs);
    let isKnown = false;
    for (const life of lives) {
      if (life.facts.some(({ fact, listener, run }) => fact === 'began' && listener === name && run !== undefined))
        break;
      if (handledIn(life, listener).includes(at)) break;
      const open = openTime(life, name);
      if (open === undefined) continue;
      const wasDue = at < open.from ? isKnown : at + SOON_MS < open.to;
      const isLost = wasDue && open.to - open.from > SOON_MS;
      hold(!isLost, () => `${name}.tick was due at ${new Date(at).toISOString()}, and has never run`);
      if (open.from < at && isWritten(life, open)) isKnown = true;
    }
  }
}

const isWritten = (life: Life, { from, to }: { readonly from: number; readonly to: number }): boolean =>
  life.drawn.readOnly !== true && (eventOf(life, 'application.stopped') !== undefined || to - from > WRITTEN_MS);

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
      // Whether the first moments after a minute has begun are even ones depends on the pattern.
      if (due < open.from - 100 && 60 % schedule.seconds === 0) {
        const text = `${name}.tick was due at ${new Date(due).toISOString()}, before this process`;
        if (first !== undefined) hold(first.run?.trigger === 'catch-up', () => `${text}, and is not made up for`);
        else hold(open.to - open.from < SOON_MS, () => `${text}, and nothing has run`);
      }
      handled = Math.max(handled, ...handledIn(life, listener));
      if (knownFrom === undefined && isWritten(life, open)) knownFrom = open.from;
    }
  }
}

/** The due moments that have led to a run, or to a decision against it. */
function handledIn({ facts }: Life, { name }: DrawnListener): number[] {
  return facts.flatMap(({ fact, name: event, listener, run }) => {
    if (fact !== 'event' || listener !== name || run === undefined) return [];
    const isDecided = event === 'run.started' || event === 'run.skipped';
    return isDecided ? [ms(run.missed?.to ?? run.scheduledAt)] : [];
  });
}
