import type { Arbitrary } from 'fast-check';

import { isDaemon } from '../../contracts/ListenerDefinition';
import type { TestApplication } from '../TestApplication';
import type { ExploredRun } from './ExploredRun';
import type { FastCheck } from './loadFastCheck';
import type { Action, Fault, FaultKind, Script } from './Script';

/** The kinds of fault that are injected at each await, one after the other, before schedules are drawn. */
const EACH: readonly FaultKind[] = ['fail', 'hang', 'crash', 'stop'];
const KINDS: readonly FaultKind[] = [...EACH, 'fail-oddly', 'hang-deaf', 'delay', 'delay-deaf', 'yield'];
const DELAYS = [0, 1, 1_000, 60_000];
/** The longest interval that a schedule waits for. */
const LONGEST_MS = 3_600_000;

/** The faults and actions that the schedules of an application are drawn from. */
export interface Surface {
  /** Every fault at every await that a calm run reaches. */
  readonly faults: readonly Fault[];
  /** Waits, stops, triggers, pauses and resumes at the moments of a calm run. */
  readonly actions: readonly Action[];
}

/** Virtual milliseconds that triggered runs are given before the stop. */
const TRIGGERED_MS = 60_000;

/** The script of a calm run: no faults, each task triggered once, and time enough for each to be due. */
export function calmScript(app: TestApplication): Script {
  const waits = intervalsOf(app).map((after): Action => ({ do: 'wait', after }));
  return { faults: [], actions: [...waits, ...triggersOf(app), { do: 'wait', after: TRIGGERED_MS }, ...waits] };
}

/** Collects the faults and actions that are possible, from a calm run. */
export function surfaceOf(app: TestApplication, calm: ExploredRun): Surface {
  const points = calm.calls
    .filter(({ number }) => number <= 2)
    .flatMap(({ listener, hook, number, awaits }) =>
      Array.from({ length: awaits }, (_, index) => ({ at: `${listener}.${hook}`, call: number, await: index })),
    );
  const times = [...new Set([0, 1, 1_000, ...intervalsOf(app)])];
  const triggers = triggersOf(app);
  return {
    faults: points.flatMap((point) => KINDS.flatMap((kind) => faultsOf(point, kind))),
    actions: [
      ...times.map((after): Action => ({ do: 'wait', after })),
      ...times.map((after): Action => ({ do: 'stop', after })),
      ...triggers,
      ...triggers.flatMap(({ listener = '' }): Action[] => [
        { do: 'pause', listener },
        { do: 'resume', listener },
      ]),
      ...calm.events.flatMap((_, index): Action[] => [
        { do: 'stop', onEvent: index + 1 },
        { do: 'stop', onEvent: index + 1, turns: 2 },
      ]),
    ],
  };
}

/** A failure, a hang, a crash and a stop at every await, each in a schedule of its own. */
export function eachFault({ faults }: Surface, calm: Script): Script[] {
  return faults.filter(({ do: kind }) => EACH.includes(kind)).map((fault) => ({ ...calm, faults: [fault] }));
}

/** Draws several faults and actions together, which shrink towards none. */
export function applicationScripts(fc: FastCheck, { faults, actions }: Surface): Arbitrary<Script> {
  const some = <T>(values: readonly T[], maxLength: number): Arbitrary<T[]> =>
    values.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...values), { maxLength });
  return fc.record({ faults: some(faults, 4), actions: some(actions, 6) });
}

function faultsOf(point: Omit<Fault, 'do'>, kind: FaultKind): Fault[] {
  if (kind === 'delay' || kind === 'delay-deaf') return DELAYS.map((ms) => ({ ...point, do: kind, ms }));
  if (kind === 'yield') return [1, 3].map((turns) => ({ ...point, do: kind, turns }));
  return [{ ...point, do: kind }];
}

function intervalsOf(app: TestApplication): number[] {
  const schedules = app.daemons.list().flatMap(({ tasks }) => tasks.map(({ schedule }) => schedule));
  const every = schedules.flatMap((schedule) => (schedule.kind === 'interval' ? [schedule.everyMs] : []));
  return [...new Set(every.map((ms) => Math.min(ms, LONGEST_MS)))];
}

function triggersOf(app: TestApplication): Action[] {
  return app.listeners
    .list()
    .flatMap((entry) =>
      isDaemon(entry)
        ? entry.tasks.map((task): Action => ({ do: 'trigger', listener: entry.name, task: task.name }))
        : [],
    );
}
