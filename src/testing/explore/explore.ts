import type { ServiceIdentifier } from 'inversify';
import type { Arbitrary } from 'fast-check';

import type { Duration } from '../../contracts/Duration';
import { showValue } from '../../errors/Problem';
import { ExplorationError } from '../../errors/testingErrors';
import { messageOf, toError } from '../../errors/serializeError';
import { durationMs } from '../../time/duration';
import { session } from '../session/session';
import { applicationScripts, calmScript, eachFault, surfaceOf } from './applicationScripts';
import { describeScript, printScript, type Script } from './Script';
import type { ExploredRun } from './ExploredRun';
import { type FastCheck, loadFastCheck } from './loadFastCheck';
import { type ApplicationFactory, refuseUsed, type RunOptions, runScript } from './runScript';
import { type SyntheticOptions, syntheticScripts } from './syntheticScripts';

/** A check of every run: throws, rejects or returns false when the run violates it. */
export type RunProperty = (run: ExploredRun) => void | boolean | Promise<void | boolean>;

/** Makes up an application for each schedule; made by {@link synthetic}. */
export interface SyntheticSource {
  /** Limits for the applications and scripts. */
  readonly synthetic: SyntheticOptions;
}

/** The application to explore: a function that makes a fresh one at each call, or {@link synthetic}. */
export type ExploredApplication = ApplicationFactory | SyntheticSource;

/** Options of {@link replay}. */
export interface ReplayOptions {
  /**
   * Services whose calls count as awaits of the hooks that make them: faults are injected there as well.
   * @defaultValue `[]`
   */
  readonly dependencies?: readonly ServiceIdentifier[];
  /** Virtual time in which the application must stop. @defaultValue `'5m'` */
  readonly exitWithin?: Duration;
}

/** Options of {@link explore}. */
export interface ExploreOptions extends ReplayOptions {
  /** The number of schedules to draw, beyond those with one fault each. @defaultValue 100 */
  readonly runs?: number;
  /** The seed of the random schedules. The same seed gives the same schedules. @defaultValue 1 */
  readonly seed?: number;
  /** The `path` of an `ExplorationError`: goes to its schedule at once. Needs the same `seed` and `runs`. */
  readonly path?: string;
  /** Real time after which no further schedule is begun. @defaultValue `'1m'` */
  readonly timeLimit?: Duration;
}

/** The result of {@link explore}. */
export interface ExplorationReport {
  /** The number of schedules that have run. */
  readonly schedules: number;
  /** The seed of the random schedules. */
  readonly seed: number;
  /** True when `timeLimit` was over before all schedules had run. */
  readonly interrupted: boolean;
}

/** Makes up small applications, to explore the engine itself. */
export const synthetic = (options: SyntheticOptions = {}): SyntheticSource => ({ synthetic: options });

/**
 * Runs an application again and again on virtual time, each time in another schedule: first with a failure, a hang, a
 * crash and a stop at each await that a calm run reaches, one at a time; then with several faults, delays and actions
 * from outside, drawn from a seed. Awaits are the beginning and the end of a hook, each `sleep` in it, and each call of
 * a dependency. After each run `property` must hold and the application must have exited.
 *
 * The same seed gives the same result if the hooks depend on nothing but the clock.
 *
 * @param application - makes a fresh application that has not started.
 * @throws ExplorationError with the smallest schedule that fails, as a script for {@link replay}.
 * @throws FastCheckMissingError when `fast-check` is not installed.
 * @throws RangeError when `runs` or `seed` is no such number.
 */
export async function explore(
  application: ExploredApplication,
  property: RunProperty,
  options: ExploreOptions = {},
): Promise<ExplorationReport> {
  const { runs = 100, seed = 1, path, timeLimit = '1m' } = options;
  if (!Number.isInteger(runs) || runs < 0)
    throw new RangeError(`runs is a number of schedules, not ${showValue(runs)}.`);
  if (!Number.isInteger(seed)) throw new RangeError(`seed is an integer, not ${showValue(seed)}.`);
  const fc = loadFastCheck();
  const settings = runOptions(options);
  const factory = typeof application === 'function' ? application : undefined;
  const { scripts, examples } = await schedulesOf(fc, application, property, settings);
  let last: Promise<void> = Promise.resolve();
  const check = fc.asyncProperty(scripts, (script) => {
    last = runScript(factory, script, settings).then((run) => verify(property, run, settings));
    return last;
  });
  const details = await fc.check(check, {
    seed,
    numRuns: runs + examples.length,
    examples: examples.map((script): [Script] => [script]),
    interruptAfterTimeLimit: durationMs(timeLimit),
    markInterruptAsFailure: false,
    path,
  });
  // A run that was in flight when the time was over does not count, but it has to end.
  await last.catch(() => undefined);
  const [script] = details.counterexample ?? [];
  if (script !== undefined) {
    throw await failure(factory, script, settings, {
      schedules: details.numRuns,
      seed,
      path: details.counterexamplePath ?? '',
      cause: details.errorInstance,
    });
  }
  return { schedules: details.numRuns, seed, interrupted: details.interrupted };
}

/**
 * Runs one schedule, such as the script of an {@link ExplorationError} kept as a regression test. Resolves with the
 * run.
 *
 * @throws the error of `property`; an error when the application did not exit, or left an error unhandled.
 */
export async function replay(
  application: ExploredApplication,
  property: RunProperty,
  script: Script,
  options: ReplayOptions = {},
): Promise<ExploredRun> {
  const settings = runOptions(options);
  const run = await runScript(typeof application === 'function' ? application : undefined, script, settings);
  await verify(property, run, settings);
  return run;
}

const runOptions = ({ dependencies = [], exitWithin = '5m' }: ReplayOptions): RunOptions => ({
  dependencies,
  exitWithin: durationMs(exitWithin),
});

async function schedulesOf(
  fc: FastCheck,
  application: ExploredApplication,
  property: RunProperty,
  settings: RunOptions,
): Promise<{ scripts: Arbitrary<Script>; examples: readonly Script[] }> {
  if (typeof application !== 'function') {
    return { scripts: syntheticScripts(fc, application.synthetic), examples: [] };
  }
  const planned = await application();
  const script = calmScript(planned);
  const calm = await runScript(() => planned, script, settings);
  await verify(property, calm, settings);
  // Before there are schedules: each of them would fail, and be shrunk.
  const next = await application();
  session.forget(next);
  refuseUsed(next);
  const surface = surfaceOf(planned, calm);
  return { scripts: applicationScripts(fc, surface), examples: eachFault(surface, script) };
}

async function verify(property: RunProperty, run: ExploredRun, { exitWithin }: RunOptions): Promise<void> {
  if (run.unhandled.length > 0) throw toError(run.unhandled[0]);
  if (run.report === undefined) throw new Error(`the application did not exit within ${exitWithin} ms of virtual time`);
  if ((await property(run)) === false) throw new Error('the property returned false');
}

async function failure(
  factory: ApplicationFactory | undefined,
  script: Script,
  settings: RunOptions,
  found: { readonly schedules: number; readonly seed: number; readonly path: string; readonly cause: unknown },
): Promise<ExplorationError> {
  const trace = await runScript(factory, script, settings).then(
    (run) => run.trace,
    (error: unknown) => [messageOf(error)],
  );
  return new ExplorationError({ ...found, schedule: describeScript(script), script: printScript(script), trace });
}
