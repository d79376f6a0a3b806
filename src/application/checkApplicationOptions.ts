import { Clock } from '../contracts/Clock';
import { type Problems, showValue } from '../errors/Problem';
import { didYouMean } from '../errors/suggest';
import { APPLICATION_OPTIONS, type ApplicationOptions } from './ApplicationOptions';
import type { PluginOptions } from '../contracts/Plugin';
import { isPluginName } from '../plugins/readManifest';
import { textOf } from '../errors/serializeError';

const LISTS = ['listeners', 'services', 'modules'] as const;

/** Reports invalid options of `createApplication`. They may come from JavaScript, where no type is checked. */
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
  if (typeof options.name !== 'string' || options.name.trim() === '' || /\p{Surrogate}/u.test(options.name)) {
    invalid(
      problems,
      'name',
      options.name,
      "give the application a name, of whole characters: createApplication({ name: 'orders', … }).",
    );
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
  if (clock !== undefined && !(clock instanceof Clock) && !hasFunctions(clock, 'now', 'at')) {
    invalid(problems, 'clock', clock, 'give an object with now() and at(when, fn).');
  }
  if (logger !== undefined && !hasFunctions(logger, 'log')) {
    invalid(problems, 'logger', logger, 'give an object with log(entry), such as a winston Logger.');
  }
}

function hasFunctions(value: unknown, ...names: readonly string[]): boolean {
  if (value === null || value === undefined) return false;
  return names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');
}

function invalid(problems: Problems, option: string, value: unknown, fix: string): void {
  problems.add('INVALID_OPTION', {
    what: `The option "${option}" of createApplication is invalid.`,
    facts: { value: typeof value === 'function' ? value.name : textOf(value) },
    fix,
  });
}

const PLUGIN_OPTIONS: Readonly<
  Record<keyof PluginOptions, readonly [expects: string, fits: (value: unknown) => boolean]>
> = {
  from: ['a folder or `false`', (value) => value === false || isText(value)],
  enabled: ['a list of names, and of objects with a `name` and a `register` function', isListOf(isNameOrPlugin)],
  disabled: ['a list of names', isListOf(isText)],
  paths: ['a list of folders', isListOf(isText)],
  onFailure: ["'continue' or 'abort'", (value) => value === 'continue' || value === 'abort'],
};

/** Reports invalid values of the option `plugins`. */
function checkPluginOptions(plugins: unknown, problems: Problems): void {
  if (plugins === undefined) return;
  const options: unknown = Array.isArray(plugins) ? { enabled: plugins } : plugins;
  const invalid = (option: string, value: unknown, expects: string): void => {
    const what = `The option "${option}" of createApplication is invalid.`;
    problems.add('INVALID_OPTION', { what, facts: { value: showValue(value) }, fix: `give ${expects}.` });
  };
  if (typeof options !== 'object' || options === null) {
    invalid('plugins', plugins, `a list of plugins, or an object with ${Object.keys(PLUGIN_OPTIONS).join(', ')}`);
    return;
  }
  for (const [option, value] of Object.entries(options) as [string, unknown][]) {
    if (!Object.hasOwn(PLUGIN_OPTIONS, option)) {
      problems.add('UNKNOWN_OPTION', {
        what: `createApplication has no option "plugins.${option}".${didYouMean(option, Object.keys(PLUGIN_OPTIONS))}`,
        facts: { known: Object.keys(PLUGIN_OPTIONS).join(', ') },
        fix: 'remove it, or correct its name; the settings of a plugin belong into the configuration.',
      });
      continue;
    }
    const [expects, fits] = PLUGIN_OPTIONS[option as keyof PluginOptions];
    if (value !== undefined && !fits(value)) invalid(`plugins.${option}`, value, expects);
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isListOf(fits: (item: unknown) => boolean) {
  // `every` would skip the holes of the list.
  return (value: unknown): boolean => Array.isArray(value) && Array.from<unknown>(value).every(fits);
}

function isNameOrPlugin(item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return isText(item);
  const { name, register } = item as { name?: unknown; register?: unknown };
  return isPluginName(name) && typeof register === 'function';
}
