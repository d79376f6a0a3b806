import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { KNOWN_MODULE_SECTIONS } from '../../src/configuration/options/frameworkTable';

const MODULES = join(__dirname, '..', '..', 'modules');

describe('the sections of modules that are shipped', () => {
  it('are known without the modules: those of every @Settings in modules/', () => {
    const files = readdirSync(MODULES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const keys = files.flatMap((file) =>
      [...readFileSync(join(MODULES, file), 'utf8').matchAll(/^@Settings\('([a-z_]+)'\)/gm)].map(([, key]) => key),
    );

    expect([...KNOWN_MODULE_SECTIONS]).toEqual(keys.sort());
  });
});
