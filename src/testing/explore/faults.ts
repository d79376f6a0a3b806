import type { RunContext, StartupContext } from '../../contracts/contexts';
import type { TestApplication } from '../TestApplication';
import type { Fault } from './Script';

/** Longer than any run: what waits for it hangs, and virtual time knows that it does. */
export const FOREVER_MS = 1e12;

/** The error that a `fail` throws. */
class InjectedFailure extends Error {
  constructor(where: string) {
    super(`injected at ${where}`);
    this.name = 'InjectedFailure';
  }
}

/** What the context of a hook has, whichever hook it is. */
export type AnyContext = Partial<Pick<StartupContext, 'disable'> & Pick<RunContext, 'fail'>> &
  Pick<RunContext, 'sleep' | 'clock' | 'requestShutdown'>;

/**
 * Does what a fault says, in the hook that is given `context`. Returns no promise when there is nothing to wait for, so
 * that a hook that returns at once still does.
 */
export function inject(app: TestApplication, fault: Fault, context: AnyContext): Promise<void> | undefined {
  const where = `${fault.at}, await ${fault.await}`;
  switch (fault.do) {
    case 'fail':
      throw new InjectedFailure(where);
    case 'fail-oddly':
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- that is the fault
      throw `injected at ${where}, and no Error`;
    case 'hang':
      return context.sleep(FOREVER_MS);
    case 'hang-deaf':
      return pass(context, FOREVER_MS);
    case 'crash':
      app.crash(new InjectedFailure(where));
      return undefined;
    case 'stop':
      context.requestShutdown(`asked for at ${where}`);
      return undefined;
    case 'disable':
      context.disable?.(`asked for at ${where}`);
      return undefined;
    case 'die':
      context.fail?.(new InjectedFailure(where));
      return undefined;
    case 'delay':
      return context.sleep(fault.ms ?? 0);
    case 'delay-deaf':
      return pass(context, fault.ms ?? 0);
    case 'yield':
      return microtasks(fault.turns ?? 1);
  }
}

/** Waits in a way that virtual time knows of, and that no signal ends. */
const pass = ({ clock }: AnyContext, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.at(clock.now() + ms, resolve));

export async function microtasks(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}
