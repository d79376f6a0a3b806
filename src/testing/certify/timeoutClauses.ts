import type { BackgroundDaemonEntry } from '../../contracts/entries';
import type { Clause, Finding } from './Clause';
import { ofEachTask } from './taskClauses';
import type { Trial, TrialCall } from './Trial';

export function keepsStartupTimeout(): Clause {
  return {
    name: 'gives up its startup at its startupTimeout',
    concerns: (subject) => subject.has('startup'),
    check: (attempt) =>
      attempt(async (trial) => {
        trial.weather = 'hung';
        await trial.begin();
        await trial.pass(entryOf(trial).startupTimeout + trial.within);
        return stillGoing(trial, trial.callsOf('startup').at(-1), 'startupTimeout');
      }),
  };
}

export function keepsTickTimeouts(): Clause {
  return {
    name: 'gives up each tick at its tickTimeout',
    concerns: (subject) => subject.hasTasks,
    check: (attempt) =>
      ofEachTask(attempt, async (trial, task) => {
        trial.weather = 'hung';
        void trial.app.tick(trial.name, task.name);
        const call = trial.callsOf(task.method).at(-1);
        await trial.pass(task.tickTimeout + trial.within, () => call?.ended === true);
        return stillGoing(trial, call, 'tickTimeout');
      }),
  };
}

export function keepsShutdownTimeout(): Clause {
  return {
    name: 'gives up its shutdown at its shutdownTimeout',
    concerns: (subject) => subject.has('shutdown'),
    check: (attempt) =>
      attempt(async (trial) => {
        await trial.boot();
        if (!trial.isStarted) return undefined;
        trial.weather = 'hung';
        await trial.end();
        trial.app.clock.belongTo(() => undefined);
        await trial.app.clock.advance(trial.within);
        return stillGoing(trial, trial.callsOf('shutdown').at(-1), 'shutdownTimeout');
      }),
  };
}

const entryOf = (trial: Trial): Pick<BackgroundDaemonEntry, 'startupTimeout'> =>
  trial.app.listeners.get(trial.name) as BackgroundDaemonEntry;

function stillGoing(trial: Trial, call: TrialCall | undefined, option: string): Finding {
  if (call === undefined || call.ended) return undefined;
  return {
    what: `${trial.name}.${call.hook} goes on, ${trial.within} ms after its ${option} has aborted its signal.`,
    facts: { 'last called': trial.uses.at(-1) },
    fix: 'pass the context’s `signal` to everything it waits for, and wait with the context’s `sleep`.',
  };
}
