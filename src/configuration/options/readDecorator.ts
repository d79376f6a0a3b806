import type { Problems } from '../../errors/Problem';
import { didYouMean } from '../../errors/suggest';
import type { ConfiguredValue } from '../tree/ConfigTree';
import type { DecoratedListener } from './DecoratedListener';
import { type OptionLevel, readLevel, type Rules, type TaskLevel } from './OptionLevel';
import { DAEMON_DECORATOR_RULES, RESERVED_OPTIONS } from './optionTable';
import { showValue } from './rules';

/** The decorator whose options are read. */
export interface DecoratorPlace {
  /** `@BackgroundDaemon of OrderSync`, `@PeriodicTask of OrderSync.compact`. */
  readonly what: string;
  readonly listener: DecoratedListener;
}

/** The options of a decorator. They may come from JavaScript: everything about them is checked. */
export function readDecorator<R extends Rules>(
  options: unknown,
  rules: R,
  { what, listener }: DecoratorPlace,
  problems: Problems,
): OptionLevel<R> {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    problems.add('INVALID_OPTION', {
      what: `The options of ${what} are not an object.`,
      facts: { class: listener.source, value: showValue(options) },
      fix: 'give an object of options, or nothing.',
    });
    return {};
  }
  const given = new Map<string, ConfiguredValue>();
  for (const [option, value] of Object.entries(options) as [string, unknown][]) {
    if (value === undefined) continue;
    if (Object.hasOwn(rules, option)) given.set(option, { value, origin: 'decorator' });
    else reportUnknown(option);
  }
  const level = readLevel(given, rules, (option, { value }, { expects }) => {
    problems.add('INVALID_OPTION', {
      what: `The option "${option}" of ${what} does not fit.`,
      facts: { class: listener.source, value: showValue(value) },
      fix: `give ${expects}.`,
    });
  });
  reportSchedule(level, { what, listener }, problems);
  return level;

  function reportUnknown(option: string): void {
    const unsupported = RESERVED_OPTIONS.some((reserved) => reserved === option);
    problems.add('UNKNOWN_OPTION', {
      what: unsupported
        ? `The option "${option}" of ${what} does not work yet.`
        : Object.hasOwn(DAEMON_DECORATOR_RULES, option)
          ? `"${option}" is an option of another decorator, not of ${what}.`
          : `"${option}" is not an option of ${what}.${didYouMean(option, Object.keys(rules))}`,
      facts: { class: listener.source, known: Object.keys(rules).sort().join(', ') },
      fix: unsupported ? 'remove it until a version supports it.' : 'correct the option or remove it.',
    });
  }
}

function reportSchedule(level: TaskLevel, { what, listener }: DecoratorPlace, problems: Problems): void {
  const report = (both: string, fix: string): void =>
    problems.add('INVALID_SCHEDULE', { what: `${what} gives ${both}.`, facts: { class: listener.source }, fix });

  if (level.interval !== undefined && level.cron !== undefined) {
    report('both "interval" and "cron"', 'keep the one that says when the task is due.');
  } else if (level.cron !== undefined && level.mode?.value === 'fixed-delay') {
    report(
      '"mode: \'fixed-delay\'" with "cron"',
      'remove the mode, or give an interval: a cron pattern fixes the moments.',
    );
  } else if (level.interval !== undefined && level.timeZone !== undefined) {
    report(
      '"timeZone" with "interval"',
      'remove the time zone, or give a cron pattern: an interval has no time of day.',
    );
  }
}
