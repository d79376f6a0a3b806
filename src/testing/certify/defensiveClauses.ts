import { messageOf } from '../../errors/serializeError';
import type { Clause, Finding, Subject } from './Clause';
import type { Trial } from './Trial';

const isDefensive = ({ options }: Subject): boolean => options.defensive === true;

export function survivesSecondStartup(): Clause {
  return {
    name: 'survives a second startup',
    concerns: (subject) => isDefensive(subject) && subject.has('startup'),
    check: (attempt) =>
      attempt(async (trial) => {
        await trial.boot();
        const [first] = trial.callsOf('startup');
        if (!trial.isStarted || first === undefined) return undefined;
        let error: unknown;
        const again = Promise.resolve()
          .then(() => trial.repeat(first))
          .catch((thrown: unknown) => (error = thrown));
        await trial.pass(startupTimeoutOf(trial), () => trial.callsOf('startup')[1]?.ended === true);
        if (trial.callsOf('startup')[1]?.ended === true) await again;
        await trial.end();
        return harm(trial, 'a second startup', error, 'return at once from a startup that was called before.');
      }),
  };
}

export function survivesShutdownAlone(): Clause {
  return {
    name: 'survives a shutdown without a startup',
    concerns: (subject) => isDefensive(subject) && subject.has('shutdown'),
    check: (attempt) =>
      attempt(async (trial) => {
        trial.omitted.add('startup');
        await trial.boot();
        await trial.end();
        const error = trial.callsOf('shutdown')[0]?.error;
        return harm(trial, 'a shutdown without a startup', error, 'release in `shutdown` only what is there.');
      }),
  };
}

const startupTimeoutOf = (trial: Trial): number => trial.app.listeners.get(trial.name)?.startupTimeout ?? 0;

async function harm(trial: Trial, by: string, error: unknown, fix: string): Promise<Finding> {
  const remains = await trial.remains();
  if (error === undefined && remains.length === 0) return undefined;
  return {
    what: `"${trial.name}" does not survive ${by}.`,
    facts: {
      thrown: error === undefined ? undefined : messageOf(error),
      left: remains.length === 0 ? undefined : remains.join('; '),
    },
    fix,
  };
}
