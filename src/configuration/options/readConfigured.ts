import type { Problems } from '../../errors/Problem';
import type { ConfiguredValue } from '../tree/ConfigTree';
import { type OptionLevel, readLevel, type Rules } from './OptionLevel';
import { showValue } from './rules';

/** What operators gave for the options that have a rule; `path` is where these stand in the configuration. */
export function readConfigured<R extends Rules>(
  given: ReadonlyMap<string, ConfiguredValue>,
  rules: R,
  path: string,
  problems: Problems,
): OptionLevel<R> {
  return readLevel(given, rules, (option, { value, origin, secret }, { expects }) => {
    problems.add('CONFIG_INVALID_VALUE', {
      what: `The configured value of "${path}.${option}" does not fit.`,
      facts: { value: secret === true ? '[redacted]' : showValue(value), from: origin },
      fix: `give ${expects}.`,
    });
  });
}
