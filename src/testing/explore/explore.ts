import type { ServiceIdentifier } from 'inversify';
import type { Arbitrary } from 'fast-check';

import type { Duration } from '../../contracts/Duration';
import { ExplorationError } from '../../errors/testingErrors';
import { toError } from '../../errors/serializeError';
import { durationMs } from '../../time/duration';
import { applicationScripts, calmScript, eachFault, surfaceOf } from './applicationScripts';
import { describeScript, printScript, type Script } from './Script';
import type { ExploredRun } from './ExploredRun';
import { type FastCheck, loadFastCheck } from './loadFastCheck';
import { type ApplicationFactory, type RunOptions, runScript } from './runScript';
import { type SyntheticOptions, syntheticScripts } from './syntheticScripts';

/** What has to hold of every run: throws, rejects or returns false when it does not. */
export type RunProperty = (run: ExploredRun) => void | boolean | Promise<void | boolean>;

/** An application that is made up anew for each schedule; see {@link synthetic}. */
export interface SyntheticSource {
  readonly synthetic: SyntheticOptions;
}

export type ExploredApplication = ApplicationFactory | SyntheticSource;

export interface ReplayOptions {
  /**
   * Services whose calls are awaits of the hooks that make them: faults are injected there as well.
   * @defaultValue `[]`
   */
  readonly dependencies?: readonly ServiceIdentifier[];
  /** How much virtual time a stop may take. @defaultValue `'5m'` */
  readonly exitWithin?: Duration;
}

export interface ExploreOptions extends ReplayOptions {
  /** How many schedules are drawn, beyond those with one fault each. @defaultValue 100 */
  readonly runs?: number;
  /** The same seed gives the same schedules. @defaultValue 1 */
  readonly seed?: number;
  /** Of an `ExplorationError`: goes to its schedule at once. Needs its `seed` and its `runs`. */
  readonly path?: string;
  /** No schedule is begun after so much real time. @defaultValue `'1m'` */
  readonly timeLimit?: Duration;
}

export interface ExplorationReport {
  /** How many schedules have run. */
  readonly schedules: number;
  readonly seed: number;
  /** `timeLimit` was over before all were run. */
  readonly interrupted: boolean;
}

/** Small made-up applications, to explore the engine itself. */
export const synthetic = (options: SyntheticOptions = {}): SyntheticSource => ({ synthetic: options });

/**
 * Runs an application again and again on virtual time, each time in another schedule: with a failure, a hang, a crash or
 * a stop at each await of its hooks that a calm run comes to, one after the other; then with several of them, delays and
 * actions from outside, drawn by a seed. An await is the beginning and the end of a hook, each `sleep` in it, and each
 * call of a dependency. After each run `property` must hold, and the application must have exited.
 *
 * The same seed gives the same result, as long as the hooks themselves depend on nothing but the clock.
 *
 * @param application - makes a fresh application that has not started.
 * @throws ExplorationError with the smallest schedule that fails, as a script for {@link replay}.
 * @throws FastCheckMissingError
 */
export async function explore(
  application: ExploredApplication,
  property: RunProperty,
  options: ExploreOptions = {},
): Promise<ExplorationReport> {
  const { runs = 100, seed = 1, path, timeLimit = '1m' } = options;
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
    ...(path === undefined ? {} : { path }),
  });
  // One that was in flight when the time was over is abandoned: what it finds does not count, but it has to end.
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
 * Runs one schedule: the script of an {@link ExplorationError}, kept as a regression test. Resolves with the run.
 *
 * @throws what `property` throws; an error when the application did not exit.
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
    (error: unknown) => [toError(error).message],
  );
  return new ExplorationError({ ...found, schedule: describeScript(script), script: printScript(script), trace });
}
