import { join } from 'node:path';

import { BackgroundDaemon, Clock, createApplication } from 'daemonry';
import type * as Framework from 'daemonry';

import { packageCopies } from '../../src/planning/packageCopies';
import { appFiles, givenFolder, link, write } from '../plugins/support/givenPackages';

const ROOT = join(__dirname, '../..');

const copyOf = (name: string, folder = `node_modules/${name}`) => ({
  [`${folder}/package.json`]: { name, version: '0.9.0' },
});

/** The daemonry of another module registry, which stands for one that is loaded a second time. */
function loadedAgain(): typeof Framework {
  let again: typeof Framework | undefined;
  jest.isolateModules(() => {
    again = jest.requireActual<typeof Framework>('daemonry');
  });
  return again as typeof Framework;
}

const QUIET = {
  name: 'test',
  config: { directory: false, env: {} },
  plugins: { from: false },
  logger: { log() {} },
} as const;

describe('A package of which an application can have one copy only', () => {
  it.each(['daemonry', 'inversify', 'reflect-metadata'])('is one copy where the application finds none: %s', () => {
    expect(packageCopies(givenFolder(appFiles()), [])).toEqual([]);
  });

  it.each(['daemonry', 'inversify', 'reflect-metadata'])('is found beside the one in use: %s', (name) => {
    const folder = givenFolder({ ...appFiles(name), ...copyOf(name) });
    const [found, ...others] = packageCopies(folder, []);
    expect(others).toEqual([]);
    expect(found?.what).toBe(`There is more than one copy of ${name} in this application.`);
    expect(found?.facts).toEqual({
      'in use': name === 'daemonry' ? ROOT : join(ROOT, 'node_modules', name),
      others: [join(folder, 'node_modules', name)],
    });
  });

  it('is found inside a package that the application depends on', () => {
    const nested = 'node_modules/acme/node_modules/inversify';
    const folder = givenFolder({ ...appFiles('acme'), ...copyOf('acme'), ...copyOf('inversify', nested) });
    expect(packageCopies(folder, [])[0]?.facts?.['others']).toEqual([join(folder, nested)]);
  });

  it('is found from a package that is linked from elsewhere', () => {
    const elsewhere = givenFolder({ ...copyOf('acme', 'acme'), ...copyOf('inversify') });
    write(join(elsewhere, 'acme'), copyOf('left-pad'));
    const folder = givenFolder(appFiles('acme'));
    link(join(folder, 'node_modules/acme'), join(elsewhere, 'acme'));
    expect(packageCopies(folder, [])[0]?.facts?.['others']).toEqual([join(elsewhere, 'node_modules/inversify')]);
  });

  it('is one copy where two ways lead to the same folder', () => {
    const folder = givenFolder(appFiles('inversify'));
    link(join(folder, 'node_modules/inversify'), join(ROOT, 'node_modules/inversify'));
    link(join(folder, 'node_modules/daemonry'), ROOT);
    expect(packageCopies(folder, [])).toEqual([]);
  });
});

describe('A daemonry that is loaded a second time', () => {
  it('does not matter while nothing of the other one is used', async () => {
    loadedAgain();
    @BackgroundDaemon()
    class Own {}
    const { plan } = await createApplication({ ...QUIET, listeners: [Own] });
    expect(plan.warnings).toEqual([]);
  });

  it('is warned of when it has decorated a listener', async () => {
    const again = loadedAgain();
    @again.BackgroundDaemon()
    class Foreign {}
    const { plan } = await createApplication({ ...QUIET, listeners: [Foreign] });
    expect(plan.warnings).toEqual([
      {
        code: 'DUPLICATE_PACKAGE',
        message: expect.stringContaining(`loaded twice: ${ROOT}\n  listeners: ["Foreign"]`) as string,
      },
    ]);
  });

  it('is named beside what does not fit: a Clock of the other one is another Clock', async () => {
    const again = loadedAgain();
    expect(again.Clock).not.toBe(Clock);
    @again.BackgroundDaemon()
    class Foreign {
      constructor(readonly clock: Clock) {}
    }
    Reflect.defineMetadata('design:paramtypes', [again.Clock], Foreign);
    const failure = createApplication({ ...QUIET, listeners: [Foreign] });
    await expect(failure).rejects.toThrow(
      'Nothing is bound to the "Clock" that "Foreign" needs. What is bound is another "Clock".',
    );
    await expect(failure).rejects.toMatchObject({
      problems: [{ code: 'MISSING_BINDING' }, { code: 'DUPLICATE_PACKAGE', facts: { 'loaded twice': ROOT } }],
    });
  });
});
