import { createRequire } from 'node:module';
import { dirname, relative } from 'node:path';

import { installedDependencies } from '../../configuration';
import { Problems } from '../../errors/Problem';
import { DRIVER } from '../../errors/stateErrors';
import { discoverPlugins } from '../../plugins/discoverPlugins';
import { hasBuiltIn } from '../../state/driver';
import { resolveFrom } from '../entry/compiler';
import type { Bundle } from './bundleEntry';
import { owningPackage } from './LeftOutside';

const REASONS = {
  native: 'has native code: install it where the bundle runs',
  missing: 'is not installed: whoever needs it fails when it is used',
  asked: 'was asked for with --external: install it where the bundle runs',
  unused: 'was asked for with --external, and nothing imports it: correct the name, or leave it out',
  importOnly:
    'has no file for require(), which the bundle calls: leave it in, or load it with import() where it is needed',
} as const;

const WHEN_NEEDED =
  'is the driver of the state on Node before 22.13: install it where the bundle runs, if it keeps state there';

/** The lines that say which parts of an application are not in its bundle. */
export function describeBundle({ outside, workers, warnings }: Bundle, entry: string, cwd: string): readonly string[] {
  const baseDirectory = dirname(entry);
  const input = { from: baseDirectory, baseDirectory: () => baseDirectory, paths: [], given: [] };
  const discovery = { ...input, dependenciesOf: installedDependencies };
  const plugins = discoverPlugins(discovery, new Problems()).map(({ name }) => name);
  const driver =
    hasBuiltIn() && resolveFrom(createRequire(entry), DRIVER) === undefined ? [] : [`${DRIVER} ${WHEN_NEEDED}`];
  const shown = workers.map((file) => owningPackage(file) ?? relative(cwd, file));
  return [
    ...section('Packages left outside:', [...outside.map(({ name, why }) => `${name} ${REASONS[why]}`), ...driver]),
    ...section(
      'Plugins are not bundled, since they are found as packages at run time; give one in code (plugins: { … }) to have it in:',
      plugins,
    ),
    ...section('Worker threads are not bundled: deploy the files that these start them from, if they do:', [
      ...new Set(shown),
    ]),
    ...section('Warnings of esbuild:', warnings),
  ];
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
