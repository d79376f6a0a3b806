import type { PluginOptions } from '../contracts/Plugin';
import { type Problems, showValue } from '../errors/Problem';
import { didYouMean } from '../errors/suggest';
import { isPluginName } from '../plugins/readManifest';

const FORMS: Readonly<Record<keyof PluginOptions, readonly [expects: string, fits: (value: unknown) => boolean]>> = {
  from: ['a folder or `false`', (value) => value === false || isText(value)],
  enabled: ['a list of names, and of objects with a `name` and a `register` function', isListOf(isNameOrPlugin)],
  disabled: ['a list of names', isListOf(isText)],
  paths: ['a list of folders', isListOf(isText)],
  onFailure: ["'continue' or 'abort'", (value) => value === 'continue' || value === 'abort'],
};

/** Says what is wrong with the option `plugins` itself. */
export function checkPluginOptions(plugins: unknown, problems: Problems): void {
  if (plugins === undefined) return;
  const options: unknown = Array.isArray(plugins) ? { enabled: plugins } : plugins;
  const invalid = (option: string, value: unknown, expects: string): void => {
    const what = `The option "${option}" of createApplication is invalid.`;
    problems.add('INVALID_OPTION', { what, facts: { value: showValue(value) }, fix: `give ${expects}.` });
  };
  if (typeof options !== 'object' || options === null) {
    invalid('plugins', plugins, `a list of plugins, or an object with ${Object.keys(FORMS).join(', ')}`);
    return;
  }
  for (const [option, value] of Object.entries(options) as [string, unknown][]) {
    if (!Object.hasOwn(FORMS, option)) {
      problems.add('UNKNOWN_OPTION', {
        what: `createApplication has no option "plugins.${option}".${didYouMean(option, Object.keys(FORMS))}`,
        facts: { known: Object.keys(FORMS).join(', ') },
        fix: 'remove it, or correct its name; the settings of a plugin belong into the configuration.',
      });
      continue;
    }
    const [expects, fits] = FORMS[option as keyof PluginOptions];
    if (value !== undefined && !fits(value)) invalid(`plugins.${option}`, value, expects);
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isListOf(fits: (item: unknown) => boolean) {
  // Not `every` on the list itself: it passes over holes.
  return (value: unknown): boolean => Array.isArray(value) && Array.from<unknown>(value).every(fits);
}

function isNameOrPlugin(item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return isText(item);
  const { name, register } = item as { name?: unknown; register?: unknown };
  return isPluginName(name) && typeof register === 'function';
}
