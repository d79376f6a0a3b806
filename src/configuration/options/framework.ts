import { resolve } from 'node:path';

import type { PlannedValue } from '../../contracts/BootPlan';
import type { FrameworkConfig } from '../../contracts/configuration';
import { LOG_LEVELS, type LogLevel } from '../../contracts/ListenerLogger';
import { REDACTED } from '../../errors/foreign';
import { type Problems, showValue } from '../../errors/Problem';
import type { Duration } from '../../contracts/Duration';
import { durationMs, formatDuration } from '../../time/duration';
import type { ConfigLayers } from '../layers/ConfigLayers';
import { mergeLayers } from '../layers/mergeLayers';
import { checkKeys } from '../tree/checkKeys';
import { type ConfigMap, DEFAULT_ORIGIN, isConfigMap, valuesAt } from '../tree/ConfigTree';
import { sectionOf, type SectionShape, type Shape } from '../tree/Shape';
import { readConfigured } from './readOptions';
import {
  booleanRule,
  durationRule,
  integerRule,
  listRule,
  oneOfRule,
  type Parsed,
  type Rule,
  textRule,
} from './optionTable';

/** The framework's own sections: each value with its rule and its default. */
const FRAMEWORK_TABLE = {
  startup: {
    concurrency: { rule: integerRule(1, 1_000), fallback: 1 },
    rollbackGrace: { rule: durationRule(0), fallback: 10_000 },
  },
  shutdown: {
    delay: { rule: durationRule(0), fallback: 0 },
    grace: { rule: durationRule(0), fallback: 25_000 },
  },
  plugins: {
    enabled: { rule: listRule('a list of plugin names', isText), fallback: [] },
    disabled: { rule: listRule('a list of plugin names', isText), fallback: [] },
    paths: { rule: listRule('a list of folders', isText), fallback: [] },
    onFailure: { rule: oneOfRule(['continue', 'abort']), fallback: 'continue' },
    identityFile: { rule: textRule('a path'), fallback: 'identity.md' },
  },
  logging: {
    level: { rule: oneOfRule(LOG_LEVELS), fallback: 'info' },
    format: { rule: oneOfRule(['auto', 'json', 'text']), fallback: 'auto' },
  },
  state: {
    directory: { rule: textRule('a path'), fallback: 'state' },
    instance: {
      // `<application>.lock.db` is the lock of the application without an instance.
      rule: textRule('letters, digits, - and _, 64 at most, and not lock', (text) =>
        /^(?!lock$)[\w-]{1,64}$/i.test(text),
      ),
      fallback: '',
    },
  },
  history: {
    keep: { rule: durationRule(60_000), fallback: 30 * 86_400_000 },
    rowsPerTask: { rule: integerRule(1, 1_000_000), fallback: 10_000 },
    flush: { rule: durationRule(10), fallback: 250 },
  },
  ledger: {
    runsPerTask: { rule: integerRule(1, 100_000), fallback: 100 },
  },
  watchdog: {
    after: { rule: durationRule(100), fallback: 2_000 },
    stack: { rule: booleanRule, fallback: true },
    port: { rule: integerRule(1, 65_535), fallback: undefined },
    host: { rule: textRule('an address of this machine'), fallback: '127.0.0.1' },
    abortAfter: { rule: durationRule(100), fallback: undefined },
    systemd: { rule: oneOfRule(['auto', 'off']), fallback: 'auto' },
  },
} as const;

/** The sections that are off unless they are given: `true` or a mapping switches them on, `false` off. */
const SWITCHED: readonly string[] = ['history', 'watchdog'];

export const LEVEL_RULE = oneOfRule(LOG_LEVELS);

/** The sections above. They are merged before plugins are loaded, which add to what can be configured elsewhere. */
export const FRAMEWORK_SECTIONS: readonly string[] = Object.keys(FRAMEWORK_TABLE);

/** The sections whose meaning is the framework's, those of versions to come included. */
export const RESERVED_SECTIONS: readonly string[] = ['listeners', ...FRAMEWORK_SECTIONS, 'errors'];

/** The keys of framework sections that depend on the listeners and plugins, and are merged when these are known. */
const LATER: Readonly<Record<string, string>> = { logging: 'levels', plugins: 'settings' };

/** The part of the configuration that is merged first. */
const FRAMEWORK_SHAPE: SectionShape = {
  ...sectionOf('a section of this application', new Map(Object.entries(FRAMEWORK_TABLE).map(shapeOfSection))),
  others: 'elsewhere',
};

function shapeOfSection([name, values]: readonly [string, Section]): readonly [string, Shape] {
  const keys = new Map<string, Shape>(
    Object.entries(values).map(([key, { rule }]) => [key, { kind: 'value', text: rule.text }]),
  );
  const later = LATER[name];
  if (later !== undefined) keys.set(later, { kind: 'elsewhere' });
  const section = sectionOf(`a key of "${name}"`, keys);
  return [name, SWITCHED.includes(name) ? { ...section, orText: { kind: 'boolean' } } : section];
}

/** The framework's configuration, every value decided, and the origin of each. */
export interface ResolvedFramework {
  /** Without `logging.levels`, which depends on the listeners. */
  readonly framework: FrameworkConfig;
  readonly values: readonly PlannedValue[];
}

type Section = Readonly<Record<string, { readonly rule: Rule<unknown>; readonly fallback: unknown }>>;
type DecidedSection<S extends Section> = { readonly [K in keyof S]: Parsed<S[K]['rule']> };

/** Merges and decides the framework's own sections. What is wrong is reported, and falls back to its default. */
export function resolveFramework(layers: ConfigLayers, problems: Problems): ResolvedFramework {
  const merged = mergeLayers(layers, FRAMEWORK_SHAPE, problems);
  checkKeys(merged, FRAMEWORK_SHAPE, problems);
  const values: PlannedValue[] = [];

  const decide = <S extends Section>(name: string, section: S): DecidedSection<S> => {
    const rules = Object.fromEntries(Object.entries(section).map(([key, { rule }]) => [key, rule]));
    const given = readConfigured(valuesAt(merged, [name]), rules, name, problems);
    const decided = Object.entries(section).map(([key, { rule, fallback }]) => {
      const value = given.values[key] ?? fallback;
      if (value !== undefined) {
        const shown = rule.text.kind === 'duration' ? shownDuration(value as number) : value;
        values.push({ path: `${name}.${key}`, value: shown, origin: given.origins[key] ?? DEFAULT_ORIGIN });
      }
      return [key, value] as const;
    });
    return Object.fromEntries(decided) as DecidedSection<S>;
  };

  /** A section that is off unless it is given. */
  const decideSwitched = <S extends Section>(name: string, section: S): DecidedSection<S> | false => {
    const node = merged.get(name);
    if (isConfigMap(node) || node?.value === true) return decide(name, section);
    if (node !== undefined && node.value !== undefined && node.value !== false) {
      problems.add('CONFIG_INVALID_VALUE', {
        what: `The configured value of "${name}" does not fit.`,
        facts: { value: node.secret === true ? REDACTED : showValue(node.value), from: node.origin },
        fix: 'give true, false, or a mapping of its keys.',
      });
    }
    values.push({ path: name, value: false, origin: node?.value === false ? node.origin : DEFAULT_ORIGIN });
    return false;
  };

  const { startup, shutdown, plugins, logging, state, history, ledger, watchdog } = FRAMEWORK_TABLE;
  const framework = {
    startup: decide('startup', startup),
    shutdown: decide('shutdown', shutdown),
    plugins: decide('plugins', plugins),
    logging: { ...decide('logging', logging), levels: {} },
    state: decide('state', state),
    history: decideSwitched('history', history),
    ledger: decide('ledger', ledger),
    watchdog: decideSwitched('watchdog', watchdog),
  };
  checkWatchdog(framework.watchdog, problems);
  const atBase = (path: string): string => resolve(layers.baseDirectory(), path);
  return {
    framework: {
      ...framework,
      plugins: {
        ...framework.plugins,
        get identityFile() {
          return atBase(framework.plugins.identityFile);
        },
      },
      state: {
        get directory() {
          return atBase(framework.state.directory);
        },
        instance: framework.state.instance,
      },
    },
    values,
  };
}

/** A duration as people write it, `'25s'`; one that this would round stays a number of milliseconds. */
function shownDuration(ms: number): Duration {
  const text = formatDuration(ms) as Duration;
  return durationMs(text) === ms ? text : ms;
}

/** Reports a limit of the watchdog that its other values make pointless. */
function checkWatchdog(watchdog: FrameworkConfig['watchdog'], problems: Problems): void {
  if (watchdog === false || watchdog.abortAfter === undefined || watchdog.abortAfter > watchdog.after) return;
  problems.add('CONFIG_INVALID_VALUE', {
    what: 'The configured value of "watchdog.abortAfter" is not longer than "watchdog.after".',
    facts: { abortAfter: formatDuration(watchdog.abortAfter), after: formatDuration(watchdog.after) },
    fix: 'give a longer time: before the process is ended, who holds it up is looked for, and told.',
  });
}

/** The configured log levels of single listeners. */
export function resolveLevels(
  merged: ConfigMap,
  listeners: readonly string[],
  problems: Problems,
): { readonly levels: Readonly<Record<string, LogLevel>>; readonly values: readonly PlannedValue[] } {
  const given = valuesAt(merged, ['logging', 'levels']);
  const rules = Object.fromEntries(listeners.filter((name) => given.has(name)).map((name) => [name, LEVEL_RULE]));
  const { values, origins } = readConfigured(given, rules, 'logging.levels', problems);
  return {
    levels: values as Readonly<Record<string, LogLevel>>,
    values: Object.entries(values).map(([name, value]) => ({
      path: `logging.levels.${name}`,
      value,
      origin: origins[name] ?? DEFAULT_ORIGIN,
    })),
  };
}

function isText(item: unknown): item is string {
  return typeof item === 'string' && item.trim() !== '';
}
