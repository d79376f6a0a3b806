import type { RunRecord } from '../../contracts/RunRecord';
import type { PeriodicTaskSpec } from '../../contracts/entries';
import { nextTurn } from '../clock/realTime';
import type { Clause, Finding, Subject, Try } from './Clause';
import type { Trial } from './Trial';
import { causeOf, describeError, messageOf } from '../../errors/serializeError';

const withTasks = (subject: Subject): boolean => subject.hasTasks;

export function recordsEveryTask(): Clause {
  return {
    name: 'can have each task triggered, and it succeeds or fails in time',
    concerns: withTasks,
    check: (attempt) =>
      ofEachTask(attempt, async (trial, task) => {
        const record = await trial.runOnce(task);
        if (record?.outcome === 'succeeded' || record?.outcome === 'failed' || !trial.isWorking) return undefined;
        return {
          what: `A run of ${trial.name}.${task.name} came to nothing: it is ${record?.outcome ?? 'undecided'}.`,
          facts: { tickTimeout: task.tickTimeout, error: record?.error?.message },
          fix: 'let the task settle within its tickTimeout, or raise it.',
        };
      }),
  };
}

/** Checks each task; when one of them has stopped its application, as a daemon may, the next ones get another. */
export async function ofEachTask(
  attempt: Try,
  check: (trial: Trial, task: PeriodicTaskSpec) => Promise<Finding>,
): Promise<Finding> {
  let checked = 0;
  for (let isOver = false; !isOver;) {
    const before = checked;
    const finding = await attempt(async (trial) => {
      await trial.boot();
      const { tasks } = trial;
      while (trial.isStarted && trial.isWorking && checked < tasks.length) {
        const found = await check(trial, tasks[checked++] as PeriodicTaskSpec);
        if (found !== undefined) return found;
      }
      // One that stops its application as it starts gets to no task.
      isOver = checked === tasks.length || checked === before;
      return undefined;
    });
    if (finding !== undefined) return finding;
  }
  return undefined;
}

export function keepsOverlap(): Clause {
  return {
    name: 'stands its declared overlap',
    concerns: withTasks,
    check: (attempt) =>
      ofEachTask(attempt, async (trial, task) => {
        // Scheduled runs would come in between.
        await trial.app.pause(trial.name, { reason: 'its overlap is certified', by: 'certify' });
        return overlap(trial, task);
      }),
  };
}

async function overlap(trial: Trial, task: PeriodicTaskSpec): Promise<Finding> {
  // A task that fails on its own proves nothing about two runs at once.
  if ((await trial.runOnce(task))?.outcome !== 'succeeded') return undefined;
  const records: RunRecord[] = [];
  const runsMade = (): number => trial.entered.filter((method) => method === task.method).length;
  const slow = Math.min(1_000, Math.ceil(task.tickTimeout / 10));
  trial.weather = { slow };
  const madeBefore = runsMade();
  let most = 0;
  for (let run = 0; run < 2 && trial.isWorking; run++) {
    void trial.app.tick(trial.name, task.name).then((record) => records.push(record));
    await trial.app.clock.settle();
    most = Math.max(most, trial.callsOf(task.method).filter(({ ended }) => !ended).length);
  }
  await trial.pass(task.tickTimeout, () => records.length === 2);
  trial.weather = 'calm';
  await nextTurn();
  // Two runs of a task that stops the application are not to be had.
  if (!trial.isWorking) return undefined;
  const failed = records.find(({ outcome }) => outcome !== 'succeeded' && outcome !== 'skipped');
  if (failed !== undefined || records.length < 2) {
    return {
      what: `${trial.name}.${task.name} declares overlap '${task.overlap}', and a second run while the first went on is ${failed?.outcome ?? 'undecided'}.`,
      facts: { error: failed?.error?.message },
      fix:
        task.overlap === 'allow'
          ? "declare overlap 'skip' or 'queue-one', or let two runs share nothing."
          : 'keep nothing of a run in the instance beyond its end.',
    };
  }
  const expected = { skip: 1, 'queue-one': 2, allow: 2 }[task.overlap];
  const made = runsMade() - madeBefore;
  if (made === expected && most <= (task.overlap === 'allow' ? 2 : 1)) return undefined;
  return {
    what: `${trial.name}.${task.name} declares overlap '${task.overlap}', and ${made} runs were made, ${most} at once.`,
    fix: `leave the calls of ${task.method}() to the framework.`,
  };
}

/** Makes the dependencies throw a text, in each hook in turn. */
export function survivesWhatIsNoError(): Clause {
  return {
    name: 'survives dependencies that throw what is no Error',
    concerns: (subject) => subject.hasDependencies,
    check: async (attempt) => {
      const startup = await attempt(async (trial) => {
        trial.weather = { throws: TEXT };
        await trial.boot();
        return lost(trial, 'startup');
      });
      if (startup !== undefined) return startup;
      return attempt(async (trial) => {
        await trial.boot();
        if (!trial.isStarted) return undefined;
        trial.weather = { throws: TEXT };
        for (const task of trial.tasks) {
          await trial.runOnce(task);
          const finding = lost(trial, task.method);
          if (finding !== undefined) return finding;
        }
        await trial.end();
        const unhandled = trial.app.unhandled[0];
        return (
          lost(trial, 'shutdown') ?? (unhandled === undefined ? undefined : misread(trial, 'A promise', unhandled))
        );
      });
    },
  };
}

const TEXT = 'a dependency threw a text, and no Error';

/** A finding when the last call of the hook rejected with anything but the text that the dependency threw. */
function lost(trial: Trial, hook: string): Finding {
  const call = trial.callsOf(hook).at(-1);
  if (call === undefined || call.outcome !== 'rejected' || mentions(call.error)) return undefined;
  return misread(trial, `${trial.name}.${hook}`, call.error);
}

const misread = (trial: Trial, what: string, error: unknown): Finding => ({
  what: `${what} of "${trial.name}" fails by itself when a dependency throws a text.`,
  facts: { 'thrown by the dependency': TEXT, 'thrown instead': describeError(error), 'last called': trial.uses.at(-1) },
  fix: 'treat what is caught as unknown: look whether it is an Error before reading its message, or throw it on as it is.',
});

function mentions(error: unknown): boolean {
  if (typeof error === 'string') return error.includes(TEXT);
  if (typeof error !== 'object' || error === null) return false;
  const cause = causeOf(error);
  return messageOf(error).includes(TEXT) || (cause !== undefined && mentions(cause));
}
