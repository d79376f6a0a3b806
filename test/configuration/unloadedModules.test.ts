import { join } from 'node:path';

import { resolveConfiguration } from '../../src/configuration/resolveConfiguration';
import { loadLayers } from '../../src/configuration/layers/loadLayers';
import { declaredSections } from '../../src/configuration/layers/packages';
import { resolveFramework } from '../../src/configuration/options/framework';
import type { ConfigOptions } from '../../src/contracts/configuration';
import { type Problem, Problems } from '../../src/errors/Problem';
import { givenFolder } from './given';

/** An application that depends on `@acme/modules`, whose module `shop` reads the section "shop". */
const givenApplication = (daemonry: unknown = { sections: { shop: '@acme/modules/shop' } }): string =>
  givenFolder({
    'package.json': JSON.stringify({ name: 'app', dependencies: { '@acme/modules': '^1', missing: '^1' } }),
    'node_modules/@acme/modules/package.json': JSON.stringify({ name: '@acme/modules', daemonry }),
  });

async function problemsOf(config: ConfigOptions, baseDirectory = givenApplication()): Promise<readonly Problem[]> {
  const problems = new Problems();
  const loaded = await loadLayers({ directory: false, env: false, ...config }, problems);
  const layers = { ...loaded, baseDirectory: () => baseDirectory };
  const framework = resolveFramework(layers, problems);
  await resolveConfiguration(layers, framework, { listeners: [], settings: [] }, problems);
  return problems.list;
}

describe('the section of a module that is installed and not loaded', () => {
  it('is an unknown key that names the module which would read it', async () => {
    expect(await problemsOf({ values: { shop: { name: 'books' } } })).toEqual([
      {
        code: 'CONFIG_UNKNOWN_KEY',
        what: '"shop" is configured, and nothing in this application reads it: "shop" is a section of the module "@acme/modules/shop", which is not loaded.',
        facts: { from: 'values' },
        fix: 'load the module "@acme/modules/shop" (`modules` of createApplication), or remove the section.',
      },
    ]);
  });

  it('is an unknown key in the environment as well', async () => {
    expect(await problemsOf({ env: { DAEMONRY__SHOP__NAME: 'books' } })).toEqual([
      {
        code: 'CONFIG_UNKNOWN_KEY',
        what: 'The environment variable DAEMONRY__SHOP__NAME matches no known key: "shop" is a section of the module "@acme/modules/shop", which is not loaded.',
        fix: 'load the module "@acme/modules/shop" (`modules` of createApplication), or remove the section.',
      },
    ]);
  });

  it('is suggested where it is misspelt', async () => {
    const [problem] = await problemsOf({ values: { shopp: {} } });

    expect(problem?.what).toBe(
      '"shopp" is configured, and "shopp" is not a section of this application. Did you mean "shop"? "shop" is a section of the module "@acme/modules/shop", which is not loaded.',
    );
  });

  it('is suggested where a variable misspells it', async () => {
    const [problem] = await problemsOf({ env: { DAEMONRY__SHOPP__NAME: 'books' } });

    expect(problem?.what).toContain('Did you mean "DAEMONRY__SHOP__NAME"?');
  });

  it('is not suggested below the top level', async () => {
    const [problem] = await problemsOf({ values: { 'startup.shop': 1 } });

    expect(problem?.what).toBe('"startup.shop" is configured, and "shop" is not a key of "startup".');
  });
});

describe('the sections that installed packages declare', () => {
  it('are read from the dependencies of the nearest package.json', () => {
    expect(declaredSections(join(givenApplication(), 'dist'))).toEqual(new Map([['shop', '@acme/modules/shop']]));
  });

  it.each([
    ['an empty manifest', null],
    ['a manifest that is no object', 'x'],
    ['sections that are no object', { sections: 'shop' }],
    ['a section without an import path', { sections: { shop: 1 } }],
  ])('are none with %s', (_, daemonry) => {
    expect(declaredSections(givenApplication(daemonry))).toEqual(new Map());
  });

  it('leave out a package whose package.json cannot be read', () => {
    const folder = givenFolder({
      'package.json': JSON.stringify({ dependencies: { broken: '^1' } }),
      'node_modules/broken/package.json': '{',
    });

    expect(declaredSections(folder)).toEqual(new Map());
  });

  it('are none where the package.json of the application cannot be read, or there is none', () => {
    expect(declaredSections(givenFolder({ 'package.json': '{' }))).toEqual(new Map());
    expect(declaredSections('/no/such/folder')).toEqual(new Map());
  });
});
