import { Clock } from '../contracts/Clock';
import type { Problems } from '../errors/Problem';
import { didYouMean } from '../errors/suggest';
import { APPLICATION_OPTIONS, type ApplicationOptions } from './ApplicationOptions';
import { checkPluginOptions } from './checkPluginOptions';

const LISTS = ['listeners', 'services', 'modules'] as const;

/** Says what is wrong with the options themselves; types say it to users of TypeScript already. */
export function checkApplicationOptions(options: ApplicationOptions, problems: Problems): void {
  const known = Object.keys(APPLICATION_OPTIONS);
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    problems.add('UNKNOWN_OPTION', {
      what: `createApplication has no option "${key}".${didYouMean(key, known)}`,
      facts: { known: known.join(', ') },
      fix: 'remove it, or correct its name.',
    });
  }
  if (typeof options.name !== 'string' || options.name.trim() === '') {
    invalid(problems, 'name', options.name, "give the application a name: createApplication({ name: 'orders', … }).");
  }
  for (const list of LISTS) {
    const value: unknown = options[list];
    if (value === undefined) continue;
    if (!Array.isArray(value)) invalid(problems, list, value, 'give a list.');
    else
      value.forEach((entry, index) => {
        if (entry === undefined || entry === null) {
          invalid(
            problems,
            `${list}[${index}]`,
            entry,
            'look for a circular import: the class was not yet defined when the list was made.',
          );
        }
      });
  }
  checkPluginOptions(options.plugins, problems);
  const { clock, logger } = options;
  if (
    clock !== undefined &&
    !(clock instanceof Clock) &&
    (typeof (clock as Clock).now !== 'function' || typeof (clock as Clock).at !== 'function')
  ) {
    invalid(problems, 'clock', clock, 'give an object with now() and at(when, fn).');
  }
  if (logger !== undefined && typeof logger.log !== 'function') {
    invalid(problems, 'logger', logger, 'give an object with log(entry), such as a winston Logger.');
  }
}

function invalid(problems: Problems, option: string, value: unknown, fix: string): void {
  problems.add('INVALID_OPTION', {
    what: `The option "${option}" of createApplication is invalid.`,
    facts: { value: typeof value === 'function' ? value.name : (JSON.stringify(value) ?? String(value)) },
    fix,
  });
}
