import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import manifest from '../package.json';

const MODULES = join(__dirname, '..');

/** The sections that the settings classes of the package read. */
const readSections = (): readonly string[] =>
  readdirSync(MODULES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !['test', 'dist', 'node_modules'].includes(file.split(sep)[0] ?? ''))
    .flatMap((file) =>
      [...readFileSync(join(MODULES, file), 'utf8').matchAll(/^@Settings\('([a-z_]+)'\)/gm)].map(
        ([, key]) => key ?? '',
      ),
    );

describe('the sections that the package declares', () => {
  const declared = Object.entries(manifest.daemonry.sections);

  it('are those of every @Settings of its modules', () => {
    expect(declared.map(([section]) => section)).toEqual([...readSections()].sort());
  });

  it.each(declared)('name a module that can be imported: %s', (_, path) => {
    expect(Object.keys(manifest.exports)).toContain(`./${relative('@daemonry/modules', path)}`);
  });
});
