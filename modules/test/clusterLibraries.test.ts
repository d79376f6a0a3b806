import type * as Library from '../cluster/library';

/** Loads BullMQ as an application does whose `node_modules` has another version of it, or none. */
function loadedWith(version: string | undefined): unknown {
  let thrown: unknown;
  jest.isolateModules(() => {
    jest.doMock('bullmq/package.json', () => {
      if (version !== undefined) return { version };
      throw Object.assign(new Error("Cannot find module 'bullmq/package.json'"), { code: 'MODULE_NOT_FOUND' });
    });
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- anew for each test
    const { loadBull } = require('../cluster/library') as typeof Library;
    try {
      loadBull();
    } catch (error) {
      thrown = error;
    }
  });
  jest.dontMock('bullmq/package.json');
  return thrown;
}

describe('The cluster engine', () => {
  it.each(['5.79.1', '6.6.9', '7.0.0'])(
    'refuses BullMQ %s, with the command that installs a suitable one',
    (version) => {
      expect(loadedWith(version)).toMatchObject({
        code: 'CLUSTER_STORE_UNSUITABLE',
        facts: { installed: version, needed: '6.7 or newer, below 7' },
        fix: 'install it: npm install bullmq@^6.7.0.',
      });
    },
  );

  it('names the package that is missing, and how to go without', () => {
    const error = loadedWith(undefined);

    expect(error).toMatchObject({ code: 'PACKAGE_MISSING' });
    expect(String(error)).toContain('npm install bullmq@6');
    expect(String(error)).toContain('leave clusterModule() out');
  });

  it('takes a newer one of the same major version', () => {
    expect(loadedWith('6.9.0')).toBeUndefined();
  });
});
