import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { ConfigurationSchema } from '../../src/configuration/describeConfiguration';
import { loadLayers } from '../../src/configuration/layers/loadLayers';
import { resolveFramework } from '../../src/configuration/options/framework';
import { type ResolvedConfiguration, resolveConfiguration } from '../../src/configuration/resolveConfiguration';
import type { ConfigOptions } from '../../src/contracts/configuration';
import { type Problem, Problems } from '../../src/errors/Problem';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A fresh folder with these files. It is removed after the test. */
export function givenFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-config-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

export interface Outcome {
  readonly configuration: ResolvedConfiguration;
  readonly problems: readonly Problem[];
}

/** What these layers come to. Files and environment are off unless they are given. */
export async function resolved(options: ConfigOptions, schema: Partial<ConfigurationSchema> = {}): Promise<Outcome> {
  const problems = new Problems();
  const layers = await loadLayers({ directory: false, env: false, ...options }, problems);
  const framework = resolveFramework(layers, problems);
  const known = { listeners: [], settings: [], ...schema };
  const configuration = await resolveConfiguration(layers, framework, known, problems);
  return { configuration, problems: problems.list };
}

/** As {@link resolved}, where nothing may be wrong. */
export async function resolvedCleanly(
  options: ConfigOptions,
  schema: Partial<ConfigurationSchema> = {},
): Promise<ResolvedConfiguration> {
  const { configuration, problems } = await resolved(options, schema);
  expect(problems).toEqual([]);
  return configuration;
}

export const codesOf = (problems: readonly Problem[]): string[] => problems.map(({ code }) => code);
