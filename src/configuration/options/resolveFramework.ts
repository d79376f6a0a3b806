import { resolve } from 'node:path';

import type { PlannedValue } from '../../contracts/BootPlan';
import type { FrameworkConfig } from '../../contracts/configuration';
import type { LogLevel } from '../../contracts/ListenerLogger';
import type { Problems } from '../../errors/Problem';
import {
  DEFAULT_ORIGIN,
  isConfigMap,
  originOf,
  toPlain,
  type ConfigMap,
  type ConfiguredValue,
} from '../tree/ConfigTree';
import { FRAMEWORK_TABLE, LEVEL_RULE } from './frameworkTable';
import { readConfigured } from './readOptions';
import type { Parsed, Rule } from './rules';

export interface ResolvedFramework {
  readonly framework: FrameworkConfig;
  readonly values: readonly PlannedValue[];
}

type Section = Readonly<Record<string, { readonly rule: Rule<unknown>; readonly fallback: unknown }>>;
type DecidedSection<S extends Section> = { readonly [K in keyof S]: Parsed<S[K]['rule']> };

/** The sections of the framework's own, checked, every value decided. One that does not fit is reported. */
export function resolveFramework(
  merged: ConfigMap,
  { baseDirectory, listeners }: { readonly baseDirectory: string; readonly listeners: readonly string[] },
  problems: Problems,
): ResolvedFramework {
  const values: PlannedValue[] = [];

  const decide = <S extends Section>(name: string, section: S): DecidedSection<S> => {
    const rules = Object.fromEntries(Object.entries(section).map(([key, { rule }]) => [key, rule]));
    const level = readConfigured(valuesAt(merged, [name]), rules, name, problems);
    const decided = Object.entries(section).map(([key, { fallback }]) => {
      const { value, origin } = level[key] ?? { value: fallback, origin: DEFAULT_ORIGIN };
      values.push({ path: `${name}.${key}`, value, origin });
      return [key, value] as const;
    });
    return Object.fromEntries(decided) as DecidedSection<S>;
  };

  const decideLevels = (): Readonly<Record<string, LogLevel>> => {
    const given = valuesAt(merged, ['logging', 'levels']);
    const rules = Object.fromEntries(listeners.filter((name) => given.has(name)).map((name) => [name, LEVEL_RULE]));
    const level = readConfigured(given, rules, 'logging.levels', problems);
    return Object.fromEntries(
      Object.entries(level).flatMap(([name, decided]) => {
        if (decided === undefined) return [];
        values.push({ path: `logging.levels.${name}`, value: decided.value, origin: decided.origin });
        return [[name, decided.value] as const];
      }),
    );
  };

  const atBase = (decided: FrameworkConfig['plugins']): FrameworkConfig['plugins'] => ({
    ...decided,
    identityFile: resolve(baseDirectory, decided.identityFile),
  });

  const { startup, shutdown, plugins, logging, state, ledger } = FRAMEWORK_TABLE;
  const framework: FrameworkConfig = {
    startup: decide('startup', startup),
    shutdown: decide('shutdown', shutdown),
    plugins: atBase(decide('plugins', plugins)),
    logging: { ...decide('logging', logging), levels: decideLevels() },
    state: { directory: resolve(baseDirectory, decide('state', state).directory) },
    ledger: decide('ledger', ledger),
  };
  return { framework, values };
}

/** The values directly below a path, mappings as plain data. */
export function valuesAt(map: ConfigMap, path: readonly string[]): ReadonlyMap<string, ConfiguredValue> {
  const [key, ...rest] = path;
  if (key !== undefined) {
    const below = map.get(key);
    return isConfigMap(below) ? valuesAt(below, rest) : new Map<string, ConfiguredValue>();
  }
  return new Map(
    [...map].map(([name, node]) => [
      name,
      isConfigMap(node) ? { value: toPlain(node), origin: originOf(node) ?? DEFAULT_ORIGIN } : node,
    ]),
  );
}
