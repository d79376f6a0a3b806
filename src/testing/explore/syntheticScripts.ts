import type { Arbitrary } from 'fast-check';

import type { FastCheck } from './loadFastCheck';
import type { Action, Fault, FaultKind, Script } from './Script';
import type { SyntheticListener, SyntheticTask } from './SyntheticApplication';

/** Limits for the scripts that `synthetic()` draws. */
export interface SyntheticOptions {
  /** The largest number of listeners, up to 6. @defaultValue 4 */
  readonly listeners?: number;
  /** The largest number of tasks of a listener, up to 2. @defaultValue 2 */
  readonly tasks?: number;
  /** The largest number of faults. @defaultValue 4 */
  readonly faults?: number;
  /** The largest number of actions. @defaultValue 5 */
  readonly actions?: number;
  /**
   * Lets most listeners be started again when they fail or die, and some by hand: those that need them are then started late,
   * or again. A property that counts one life a listener does not hold for them.
   * @defaultValue false
   */
  readonly restarts?: boolean;
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const TASKS = ['work', 'sweep'] as const;

/** A fault or an action whose listener and task are still numbers. */
type Drawn<T> = T & { readonly who: number; readonly which: number };

/** Draws small applications with faults and actions, which shrink towards a single listener and no faults. */
export function syntheticScripts(fc: FastCheck, options: SyntheticOptions = {}): Arbitrary<Script> {
  const { listeners = 4, tasks = 2, faults = 4, actions = 5, restarts = false } = options;
  return fc
    .record({
      listeners: fc.array(listenerArbitrary(fc, tasks, restarts), {
        minLength: 1,
        maxLength: Math.min(listeners, NAMES.length),
      }),
      reversed: fc.boolean(),
      concurrency: fc.constantFrom(1, 1, 2, 3),
      rollbackGrace: fc.constantFrom(200, 10, 0),
      grace: fc.constantFrom(200, 200, 40, 5, 0),
      delay: fc.constantFrom(0, 0, 15),
      faults: fc.array(faultArbitrary(fc, restarts), { maxLength: faults }),
      actions: fc.array(actionArbitrary(fc, restarts), { maxLength: actions }),
    })
    .map(({ listeners: drawn, reversed, faults: drawnFaults, actions: drawnActions, ...settings }) => {
      const named = drawn.map((listener, index) => nameListener(listener, index));
      return {
        application: { listeners: reversed ? named.toReversed() : named, ...settings },
        faults: drawnFaults.flatMap((fault) => nameFault(fault, named)),
        actions: drawnActions.map((action) => nameAction(action, named)),
      };
    });
}

type DrawnTask = Omit<SyntheticTask, 'name'>;

type DrawnListener = Omit<SyntheticListener, 'name' | 'needs' | 'wants' | 'tasks'> & {
  readonly tasks: readonly DrawnTask[];
  readonly needs: readonly number[];
  readonly wants: readonly number[];
};

function listenerArbitrary(fc: FastCheck, tasks: number, restarts: boolean): Arbitrary<DrawnListener> {
  const sleeps = fc.array(fc.constantFrom(0, 1, 5, 10), { maxLength: 2 });
  const task: Arbitrary<DrawnTask> = fc.record({
    interval: fc.constantFrom(50, 20, 10),
    initialDelay: fc.constantFrom(10, 5, 0),
    mode: fc.constantFrom('fixed-rate', 'fixed-rate', 'fixed-delay'),
    overlap: fc.constantFrom('skip', 'queue-one', 'allow'),
    misfire: fc.constantFrom('skip', 'skip', 'run-once'),
    sleeps: fc.array(fc.constantFrom(0, 1, 10, 30), { maxLength: 2 }),
    tickTimeout: fc.constantFrom(1_000, 20, 5),
    drainTimeout: fc.constantFrom(0, 0, 20),
  });
  const others = fc.array(fc.nat({ max: NAMES.length }), { maxLength: 2 });
  return fc.record({
    mount: fc.constantFrom(...(restarts ? [false] : [false, false, false, true])),
    // Of a fatal one, little is left to be started again.
    fatal: fc.constantFrom(...(restarts ? [false, false, false, false, false, true] : [false, false, true])),
    unbuildable: fc.constantFrom(false, false, false, false, false, false, false, true),
    needs: others,
    wants: others,
    startup: sleeps,
    shutdown: sleeps,
    ready: fc.option(sleeps, { nil: undefined, freq: 2 }),
    run: fc.option(sleeps, { nil: undefined, freq: 2 }),
    defers: fc.constantFrom(0, 0, 1, 2),
    tasks: fc.array(task, { maxLength: tasks }),
    startupTimeout: fc.constantFrom(100, 20, 20),
    shutdownTimeout: fc.constantFrom(100, 100, 20),
    ...(restarts ? { restart: fc.constantFrom(true, true, false) } : {}),
  });
}

const KINDS: readonly FaultKind[] = [
  'fail',
  'hang',
  'hang-deaf',
  'crash',
  'delay',
  'delay-deaf',
  'yield',
  'stop',
  'disable',
  'die',
  'fail-oddly',
];

function faultArbitrary(fc: FastCheck, restarts: boolean): Arbitrary<Drawn<Fault>> {
  return fc
    .record({
      who: fc.nat({ max: NAMES.length }),
      hook: fc.constantFrom('startup', 'startup', 'shutdown', 'run', 'ready', 'task'),
      which: fc.nat({ max: TASKS.length }),
      call: fc.constantFrom(...(restarts ? [1, 1, 2, undefined] : [undefined, 1, 2])),
      await: fc.constantFrom(0, 0, 1, 2, 3),
      do: fc.constantFrom(...KINDS),
      ms: fc.constantFrom(5, 0, 30, 150),
      turns: fc.nat({ max: 4 }),
    })
    .map(({ hook, call, ms, turns, ...fault }) => ({
      at: hook,
      call,
      ...fault,
      ...(fault.do === 'delay' || fault.do === 'delay-deaf' ? { ms } : {}),
      ...(fault.do === 'yield' ? { turns } : {}),
    }));
}

function actionArbitrary(fc: FastCheck, restarts: boolean): Arbitrary<Drawn<Action>> {
  const what = fc.constantFrom<Action['do'][]>(
    ...(restarts ? (['wait', 'wait', 'wait', 'restart'] as const) : (['wait', 'wait', 'stop'] as const)),
    ...(['trigger', 'trigger', 'pause', 'resume'] as const),
  );
  const who = fc.nat({ max: NAMES.length });
  const which = fc.nat({ max: TASKS.length });
  return fc.oneof(
    fc.record({ do: what, after: fc.constantFrom(0, 1, 5, 10, 20, 35, 100), who, which }),
    fc.record({ do: what, onEvent: fc.integer({ min: 1, max: 30 }), turns: fc.nat({ max: 4 }), who, which }),
  );
}

/** Listeners need only earlier ones, so that there are no cycles. */
function nameListener({ needs, wants, tasks, ...listener }: DrawnListener, index: number): SyntheticListener {
  const earlier = (numbers: readonly number[]): string[] =>
    index === 0 ? [] : [...new Set(numbers.map((number) => nameOf(number % index)))];
  return {
    name: nameOf(index),
    ...listener,
    needs: earlier(needs),
    wants: earlier(wants),
    tasks: listener.mount === true ? [] : tasks.map((task, number) => ({ ...task, name: TASKS[number] ?? 'work' })),
  };
}

const nameOf = (index: number): string => NAMES[index] ?? 'a';

function nameFault({ who, which, ...fault }: Drawn<Fault>, listeners: readonly SyntheticListener[]): Fault[] {
  const listener = listeners[who % listeners.length];
  const tasks = listener?.tasks ?? [];
  const hook = fault.at === 'task' ? tasks[which % tasks.length]?.name : fault.at;
  return listener === undefined || hook === undefined ? [] : [{ ...fault, at: `${listener.name}.${hook}` }];
}

function nameAction({ who, which, ...action }: Drawn<Action>, listeners: readonly SyntheticListener[]): Action {
  if (action.do === 'wait' || action.do === 'stop') return action;
  if (action.do === 'restart') return { ...action, listener: listeners[who % listeners.length]?.name ?? 'a' };
  const withTasks = listeners.filter(({ tasks = [] }) => tasks.length > 0);
  const listener = withTasks[who % withTasks.length];
  if (listener === undefined) return { ...action, do: 'wait' };
  const tasks = listener.tasks ?? [];
  return { ...action, listener: listener.name, task: tasks[which % tasks.length]?.name ?? 'work' };
}
