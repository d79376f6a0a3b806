import type { ServiceIdentifier } from 'inversify';

import { loadLayers } from '../../../src/configuration/layers/loadLayers';
import { resolveFramework } from '../../../src/configuration/options/framework';
import type { Class } from '../../../src/container/Class';
import type { Availability } from '../../../src/contracts/Availability';
import { ListenerLogger } from '../../../src/contracts/ListenerLogger';
import type { ApplicationModule } from '../../../src/contracts/ModuleDefinition';
import { PlanError, type Problem, Problems } from '../../../src/errors/Problem';
import { planApplication, type PlannedApplication } from '../../../src/planning/planApplication';

export interface GivenApplication {
  readonly listeners?: readonly Class[];
  readonly services?: readonly Class[];
  readonly modules?: readonly ApplicationModule[];
  readonly overrides?: readonly (readonly [ServiceIdentifier, unknown])[];
  readonly tokens?: ReadonlyMap<ServiceIdentifier, () => unknown>;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly problems?: Problems;
}

/** 2026-01-05, a Monday, at noon. */
const NOW = Date.parse('2026-01-05T12:00:00.000Z');

/** A logger that only knows whose it is. */
export class OwnedLogger extends ListenerLogger {
  constructor(readonly owner: string) {
    super();
  }
  error(): void {}
  warn(): void {}
  info(): void {}
  debug(): void {}
}

/** An availability that only knows of what. */
export interface NamedAvailability extends Availability<object> {
  readonly of: string;
}

export async function planOf(given: GivenApplication): Promise<PlannedApplication> {
  const problems = given.problems ?? new Problems();
  const layers = await loadLayers({ directory: false, env: false, values: given.values ?? {} }, problems);
  return planApplication({
    name: 'test',
    listeners: given.listeners ?? [],
    services: given.services ?? [],
    modules: given.modules ?? [],
    overrides: given.overrides ?? [],
    layers,
    readsPackages: false,
    framework: resolveFramework(layers, problems),
    tokens: given.tokens ?? new Map(),
    loggerFor: (owner) => new OwnedLogger(owner),
    availabilityOf: (name): NamedAvailability => ({ of: name, current: () => ({ state: 'stopped' }) }),
    now: NOW,
    problems,
  });
}

/** Everything that is wrong; empty when nothing is. */
export async function problemsOf(given: GivenApplication): Promise<readonly Problem[]> {
  try {
    await planOf(given);
    return [];
  } catch (error) {
    if (error instanceof PlanError) return error.problems;
    throw error;
  }
}

/** The one problem there is. */
export async function problemOf(given: GivenApplication): Promise<Problem> {
  const problems = await problemsOf(given);
  expect(problems.map(({ code, what }) => `${code}: ${what}`)).toHaveLength(1);
  return problems[0] as Problem;
}

export const matching = (pattern: RegExp): string => expect.stringMatching(pattern) as string;
export const containing = (text: string): string => expect.stringContaining(text) as string;
