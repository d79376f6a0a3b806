import type { BackgroundDaemonEntry } from '../../contracts/entries';
import type { OperateResult } from '../../contracts/Operation';
import type { PauseInfo } from '../../contracts/status';
import type { Engine } from '../../coordinator/Engine';
import { OperationInvalidError } from '../../errors/operatorErrors';
import { describeSchedule } from '../../scheduling/when';
import { isoText } from '../../time/instant';
import { subjectOf } from './describe';
import { type Intent, type IntentChange, type Intents, slotOf } from './Intents';
import { type Act, nextDueMoments } from './readRequest';

/** The parts of an application that a change is computed from. */
export interface ChangeSources {
  readonly engine: Pick<Engine, 'scheduler'>;
  readonly daemonOf: (name: string) => Pick<BackgroundDaemonEntry, 'tasks'> | undefined;
  /** True if the application has a state database, which may not be open yet. */
  readonly isKept: boolean;
}

/** A change, and what there is to say about it. */
export interface DescribedChange {
  readonly change: IntentChange;
  readonly notes?: readonly string[];
  readonly nextDue?: readonly string[];
}

const UNREAD =
  'What was set in earlier sessions is not read before the start, and holds from then on: ask again once it has started.';

/** The notes on what there was to lift, of which only a part may be known. */
const notesOnLifted = (notes: readonly string[], intents: Intents, { isKept }: ChangeSources): readonly string[] =>
  isKept && !intents.arePersisted ? [UNREAD] : notes;

/**
 * Computes the change of the intents that an act leads to; makes none.
 *
 * @throws OperationInvalidError when there is no due moment to skip.
 */
export function changeOf(act: Act, intents: Intents, sources: ChangeSources, now: number): DescribedChange {
  const { action, listener, task } = act;
  const slot = slotOf(act);
  const old = intents.get(slot);
  switch (action) {
    case 'pause': {
      // Another reason does not make it begin anew.
      const since = old?.action === 'pause' && old.value === act.label ? old.since : isoText(now);
      const tasks = listener === undefined || task !== undefined ? [] : (sources.daemonOf(listener)?.tasks ?? []);
      // The engine keeps the pause of each task of cluster scope, so that any process can end it.
      if (tasks.some(({ cluster }) => cluster !== undefined)) {
        const { storeNow } = sources.engine.scheduler;
        const each = tasks.map(({ name, cluster }) => {
          const { lastsMs } = act;
          const isCounted = lastsMs !== undefined && cluster !== undefined && storeNow !== undefined;
          const until = isCounted ? storeNow + lastsMs : act.until;
          return intentOf({ ...act, task: name, until }, since, act.label);
        });
        return { change: new Map(each.map((intent) => [slotOf(intent), intent])) };
      }
      const intent = intentOf(act, since, act.label);
      // That of the whole application goes to the tasks of cluster scope as well, whose clock is another one.
      const counted = { ...intent, isCounted: true } as const;
      return {
        change: new Map([
          [slot, act.lastsMs === undefined || listener !== undefined ? intent : Object.freeze(counted)],
        ]),
      };
    }
    case 'resume': {
      if (listener !== undefined) return resumed(act, listener, intents, sources);
      const since = old?.action === 'resume' ? old.since : isoText(now);
      const others = intents.all.filter(({ isOfApplication }) => isOfApplication === true);
      const wasPaused = old?.action === 'pause' || others.length > 0;
      const change = new Map([[slot, intentOf(act, since, undefined)] as const, ...lifting(others)]);
      return { change, notes: wasPaused ? [] : ['The application was not paused as a whole.'] };
    }
    case 'reset': {
      const all = intents.all.filter(
        (intent) => intent.action !== 'resume' && (listener === undefined || isOf(intent, listener, task)),
      );
      const notes = all.length === 0 ? ['No operator had set anything of it.'] : [];
      return { change: lifting(all), notes: notesOnLifted(notes, intents, sources) };
    }
    case 'reschedule': {
      const { schedule = { kind: 'manual' } } = act;
      const intent = { ...intentOf(act, isoText(now), describeSchedule(schedule)), schedule };
      return { change: new Map([[slot, Object.freeze(intent)]]) };
    }
    case 'skip-next': {
      const next = nextDueOf(act, intents, sources, now);
      if (next === undefined) {
        throw new OperationInvalidError([`"${listener}.${task}" has no due moment that could be skipped.`]);
      }
      return { change: new Map([[slot, intentOf(act, isoText(now), next)]]), nextDue: [next] };
    }
    case 'log-level': {
      const intent = {
        ...intentOf(act, isoText(now), act.level),
        ...(act.level === undefined ? {} : { level: act.level }),
      };
      return { change: new Map([[slot, Object.freeze(intent)]]) };
    }
    case 'trigger':
    case 'restart':
    case 'dismiss':
      return { change: new Map() };
  }
}

const UNKNOWN_DUE =
  'Its next due moment is not known yet: it counts from the opening of its ticks, or from the end of the run in flight.';

/**
 * Adds to the answer about an act what is known once that has taken effect.
 *
 * @param isPaused - true if a task of it is paused.
 */
export function withEffect(
  act: Act,
  done: OperateResult,
  isPaused: boolean,
  { scheduler, clock }: Pick<Engine, 'scheduler' | 'clock'>,
): OperateResult {
  const { action, listener = '', task = '', schedule } = act;
  const withNote = (note: string): OperateResult => ({ ...done, notes: [...done.notes, note] });
  if (action === 'resume' && isPaused) return withNote('It is still paused, since the whole application is.');
  if (action !== 'reschedule') return done;
  const known = scheduler.dueMoments(listener, task, 3);
  if (known !== undefined) return { ...done, nextDue: known.map((due) => isoText(due)) };
  // A calendar counts from nothing.
  if (schedule?.kind === 'interval') return withNote(UNKNOWN_DUE);
  const from = keptAfter(scheduler.state(listener, task).pause, clock.now());
  return { ...done, nextDue: schedule === undefined || from === undefined ? [] : nextDueMoments(schedule, from) };
}

/** The instant after which due moments are kept; undefined for a pause without an end, which skips all of them. */
function keptAfter(pause: PauseInfo | undefined, now: number): number | undefined {
  if (pause === undefined) return now;
  // One that is due as the pause ends is kept.
  return pause.until === undefined ? undefined : Math.max(Date.parse(pause.until) - 1, now);
}

/** Ends the pauses of a listener, or of one of its tasks: the others stay paused as they are. */
function resumed({ task }: Act, listener: string, intents: Intents, sources: ChangeSources): DescribedChange {
  const pauses = intents.all.filter((intent) => intent.action === 'pause' && isOf(intent, listener, task));
  const change: Map<string, Intent | undefined> = lifting(pauses);
  const ofAll = task === undefined ? undefined : intents.get(slotOf({ action: 'pause', listener }));
  if (ofAll !== undefined) {
    change.set(slotOf(ofAll), undefined);
    for (const { name } of sources.daemonOf(listener)?.tasks ?? []) {
      const own = Object.freeze({ ...ofAll, task: name });
      if (name !== task && intents.get(slotOf(own)) === undefined) change.set(slotOf(own), own);
    }
  }
  const notes = change.size === 0 ? ['Nothing of it was paused by itself.'] : [];
  return { change, notes: notesOnLifted(notes, intents, sources) };
}

function nextDueOf(
  { listener = '', task = '' }: Act,
  intents: Intents,
  sources: ChangeSources,
  now: number,
): string | undefined {
  const { scheduler } = sources.engine;
  const { nextRunAt, pause } = scheduler.state(listener, task);
  const from = keptAfter(pause, now);
  if (from === undefined) return undefined;
  if (nextRunAt !== undefined) {
    // The same moment as before, and no second one: that is left out of those that are kept.
    const skipped = intents.get(slotOf({ action: 'skip-next', listener, task }))?.value;
    const explained = skipped === undefined ? [] : scheduler.explain(listener, new Date(nextRunAt));
    const before = explained.find((each) => each.task === task)?.previousDueAt;
    const isSkipped = skipped !== undefined && before !== undefined && before >= skipped && Date.parse(before) > from;
    return isSkipped ? before : nextRunAt;
  }
  const rescheduled = intents.get(slotOf({ action: 'reschedule', listener, task }))?.schedule;
  const schedule = rescheduled ?? sources.daemonOf(listener)?.tasks.find(({ name }) => name === task)?.schedule;
  return schedule === undefined ? undefined : nextDueMoments(schedule, from)[0];
}

const isOf = (intent: Intent, listener: string, task: string | undefined): boolean =>
  intent.isOfApplication === undefined && intent.listener === listener && (task === undefined || intent.task === task);

const lifting = (intents: readonly Intent[]): Map<string, undefined> =>
  new Map(intents.map((intent) => [slotOf(intent), undefined]));

function intentOf(act: Act, since: string, value: string | undefined): Intent {
  const { action, by, kind, reason, until } = act;
  return Object.freeze({
    action: action as Intent['action'],
    ...subjectOf(act),
    ...(value === undefined ? {} : { value }),
    by,
    kind,
    reason,
    since,
    ...(until === undefined ? {} : { until: isoText(until) }),
  });
}
