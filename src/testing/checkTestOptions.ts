import type { ServiceIdentifier } from 'inversify';

import { identifierName } from '../container/Class';
import { PlanError, Problems, showValue } from '../errors/Problem';
import { AutomaticFakes } from './auto';

/** The options that test applications have beside those of applications. */
interface TestOptions {
  readonly name?: unknown;
  readonly overrides?: unknown;
  readonly leaks?: unknown;
  readonly watchdog?: unknown;
}

/**
 * Checks the options that only test applications have. They may come from JavaScript, where no type is checked.
 *
 * @throws PlanError with everything that does not fit.
 */
export function checkTestOptions({ name = 'test', overrides, leaks, watchdog }: TestOptions): void {
  const problems = new Problems();
  const report = (option: string, value: unknown, fix: string): void => {
    problems.add('INVALID_OPTION', {
      what: `The option "${option}" of createTestApplication is invalid.`,
      facts: { value: showValue(value) },
      fix,
    });
  };
  if (leaks !== undefined && leaks !== 'fail' && leaks !== 'ignore') report('leaks', leaks, "give 'fail' or 'ignore'.");
  if (watchdog !== undefined && typeof watchdog !== 'boolean') report('watchdog', watchdog, 'give true or false.');
  const list: unknown = overrides instanceof AutomaticFakes ? overrides.overrides : (overrides ?? []);
  if (!Array.isArray(list)) report('overrides', list, 'give a list, overrides: [override(Service, fake)]; or auto().');
  else {
    list.forEach((given: unknown, index) => {
      const fix = fixOf(given);
      if (fix !== undefined) report(`overrides[${index}]`, given, fix);
    });
  }
  if (problems.list.length > 0) throw new PlanError(String(name), problems.list);
}

/** How an entry of the list is corrected; undefined for an override. */
function fixOf(given: unknown): string | undefined {
  if (given instanceof AutomaticFakes)
    return 'give it in place of the list: overrides: auto([override(Service, fake)]).';
  if (!Array.isArray(given) || given.length !== 2) return 'give what override(Service, fake) returns.';
  const [id, replacement] = given as [unknown, unknown];
  const cause = 'look for a circular import, or a variable that has no value yet when the list is made.';
  if (id === undefined || id === null) return `give the identifier of a binding; ${cause}`;
  if (typeof id !== 'function' || (replacement !== undefined && replacement !== null)) return undefined;
  return `give a replacement of ${identifierName(id as ServiceIdentifier)}; ${cause}`;
}
