import type { Clause, Finding, Subject, Try } from './Clause';
import { describeError } from '../../errors/serializeError';
import { END, type Trial } from './Trial';

const always = (): boolean => true;
const withStartup = (subject: Subject): boolean => subject.has('startup');

const OBEY = 'pass the context’s `signal` to everything it waits for, and wait with the context’s `sleep`.';

export function startsAndStops(): Clause {
  return { name: 'starts, and stops with code 0', concerns: always, check: firstLife };
}

export function startsAgain(): Clause {
  return {
    name: 'starts again after a stop, in a new application',
    concerns: always,
    check: async (attempt, subject) => {
      // A fault of the first life is reported by another clause.
      if ((await firstLife(attempt, subject)) !== undefined) return undefined;
      const again = await attempt(livesOnce);
      if (again === undefined) return undefined;
      return {
        what: `The first application was fine, the second was not: ${again.what}`,
        facts: again.facts ?? {},
        fix: 'keep state in the instance: what is static, or a variable of the module, outlives the application.',
      };
    },
  };
}

export function startsAgainAfterShutdown(): Clause {
  return {
    name: 'starts again after its shutdown, on the same instance',
    concerns: (subject) => subject.isRestarted,
    check: (attempt) => attempt(restartsOnce),
  };
}

export function honoursAbortDuringStartup(): Clause {
  return {
    name: 'gives up its startup when the application stops',
    concerns: withStartup,
    check: calmThenHung(abortStartup),
  };
}

export function leavesNothingAfterAbortedStartup(): Clause {
  return {
    name: 'leaves nothing behind when it is stopped during its startup',
    concerns: withStartup,
    check: calmThenHung(remainsOfStartup),
  };
}

export function leavesNothingOpen(): Clause {
  return {
    name: 'leaves no timer, socket or listener open, and no rejection unhandled',
    concerns: always,
    check: (attempt) =>
      attempt(async (trial) => {
        await trial.boot();
        if (trial.isStarted) for (const task of trial.tasks) await trial.runOnce(task);
        await trial.end();
        const remains = await trial.remains();
        if (remains.length === 0) return undefined;
        return {
          what: `"${trial.name}" leaves something behind.`,
          facts: { left: remains.join('; ') },
          fix: 'release in `shutdown` what `startup` acquires, or give it to `defer`; await, or catch, every promise.',
        };
      }),
  };
}

export function isQuietAfterStop(): Clause {
  return {
    name: 'does nothing after it has stopped',
    concerns: always,
    check: (attempt) =>
      attempt(async (trial) => {
        await trial.boot();
        if (trial.isStarted) for (const task of trial.tasks) await trial.runOnce(task);
        await trial.end();
        const { uses, entered } = trial;
        const before = { uses: uses.length, entered: entered.length };
        // Nothing of the framework is due any more: what happens from here on is the daemon's own doing.
        trial.app.clock.belongTo(() => undefined);
        await trial.app.clock.advance(AFTERLIFE_MS);
        const done = [...uses.slice(before.uses), ...entered.slice(before.entered)];
        if (done.length === 0) return undefined;
        return {
          what: `"${trial.name}" goes on after its shutdown.`,
          facts: { calls: [...new Set(done)].join(', ') },
          fix: 'cancel in `shutdown` what it has armed itself, or declare a `@PeriodicTask` instead of a timer.',
        };
      }),
  };
}

/** Virtual milliseconds for which a stopped daemon is watched. */
const AFTERLIFE_MS = 3_600_000;

async function firstLife(attempt: Try, subject: Subject): Promise<Finding> {
  subject.firstLife ??= { finding: await attempt(livesOnce) };
  return subject.firstLife.finding;
}

async function livesOnce(trial: Trial): Promise<Finding> {
  await trial.boot();
  if (!trial.isStarted) {
    const state = trial.app.status().listeners.find(({ name }) => name === trial.name)?.state;
    if (state === 'disabled') return undefined;
    return {
      what: `"${trial.name}" did not start: ${trial.startupError ?? 'the boot was not decided'}`,
      fix: 'give certify the services, overrides and configuration that its startup needs, or correct the startup.',
    };
  }
  const report = await trial.end();
  if (report?.code === 0) return undefined;
  const failed = report?.listeners.find(({ error }) => error !== undefined);
  return {
    what: `"${trial.name}" started, and the application did not stop with code 0.`,
    facts: { code: report?.code ?? 'none: it did not exit', error: failed?.error?.message },
    fix: 'correct its `shutdown`, which must resolve within shutdownTimeout, and what it deferred.',
  };
}

async function restartsOnce(trial: Trial): Promise<Finding> {
  await trial.boot();
  if (!trial.isStarted) return undefined;
  let outcome: 'restarted' | { readonly error: unknown } | undefined;
  trial.app.restart(trial.name, { reason: 'its restart is certified', by: 'certify' }).then(
    () => (outcome = 'restarted'),
    (error: unknown) => (outcome = { error }),
  );
  await trial.pass(END, () => outcome !== undefined);
  const fix =
    'let `startup` begin from nothing: release what it acquired in `shutdown` or by `defer`, and make it anew.';
  if (outcome !== 'restarted') {
    const error = outcome === undefined ? 'its startup was not decided' : describeError(outcome.error);
    return { what: `"${trial.name}" declares restarts, and does not start a second time.`, facts: { error }, fix };
  }
  for (const task of trial.tasks) {
    const record = await trial.runOnce(task);
    if (record?.outcome === 'succeeded' || record?.outcome === 'failed') continue;
    return { what: `A run of ${trial.name}.${task.name} came to nothing after a restart.`, fix };
  }
  const report = await trial.end();
  if (report?.code === 0) return undefined;
  const failed = report?.listeners.find(({ error }) => error !== undefined);
  return {
    what: `"${trial.name}" was restarted, and the application did not stop with code 0.`,
    facts: { code: report?.code ?? 'none: it did not exit', error: failed?.error?.message },
    fix,
  };
}

type InWeather = (trial: Trial, weather: 'calm' | 'hung') => Promise<Finding>;

/** Checks with dependencies that answer, and if that finds nothing, with dependencies that hang. */
const calmThenHung =
  (check: InWeather) =>
  async (attempt: Try): Promise<Finding> =>
    (await attempt((trial) => check(trial, 'calm'))) ?? (await attempt((trial) => check(trial, 'hung')));

async function abortStartup(trial: Trial, weather: 'calm' | 'hung'): Promise<Finding> {
  trial.weather = weather;
  await trial.begin();
  const [startup] = trial.callsOf('startup');
  if (startup === undefined || startup.ended) return undefined;
  void trial.app.stop('during the startup');
  await trial.pass(trial.within, () => startup.ended);
  if (startup.ended) return undefined;
  return {
    what: `The startup of "${trial.name}" goes on, ${trial.within} ms after its signal has aborted.`,
    facts: { 'what it waits for': weather === 'hung' ? (trial.uses.at(-1) ?? 'unknown') : 'something of its own' },
    fix: OBEY,
  };
}

async function remainsOfStartup(trial: Trial, weather: 'calm' | 'hung'): Promise<Finding> {
  trial.weather = weather;
  await trial.begin();
  await trial.end('during the startup');
  const remains = await trial.remains();
  if (remains.length === 0) return undefined;
  return {
    what: `"${trial.name}" leaves something behind when its startup is cut short.`,
    facts: { left: remains.join('; ') },
    fix: 'give what `startup` acquires to `defer` as soon as it has it: `shutdown` is called only after a startup that succeeded.',
  };
}
