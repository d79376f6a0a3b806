import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { givenFolder, type GivenFolder } from './support/givenApplication';

describe('daemonry new', () => {
  /** The first bytes of a tarball, as latin1. */
  const GZIP = '\x1f\x8b';

  const dependenciesIn = (folder: string): Readonly<Record<string, string>> =>
    (
      JSON.parse(readFileSync(join(folder, 'orders/package.json'), 'utf8')) as {
        dependencies: Record<string, string>;
      }
    ).dependencies;

  const givenTarballs = (...paths: readonly string[]): GivenFolder => {
    const where = givenFolder();
    for (const path of paths) {
      mkdirSync(join(where.folder, dirname(path)), { recursive: true });
      writeFileSync(join(where.folder, path), `${GZIP} of ${path}`, 'latin1');
    }
    return where;
  };

  describe.each([
    ['a path below the working directory', './packed/daemonry.tgz'],
    ['a name that ends as tarballs do', 'packed/daemonry.tgz'],
    ['a path that says so', 'file:packed/daemonry.tgz'],
  ])('made from a tarball given as %s', (_what, given) => {
    it('has it in vendor/, in what an image and a clone hold, and depends on nothing outside of itself', async () => {
      const where = givenTarballs('packed/daemonry.tgz', 'packed/daemonry-modules.tgz');

      const { code, stdout } = await where.call(['new', 'orders', '--daemonry', given]);

      const read = (path: string): string => readFileSync(join(where.folder, 'orders', path), 'latin1');
      expect(code).toBe(0);
      expect(stdout).toContain('vendor/ has copies of the tarballs that it is made of: commit it.');
      expect(dependenciesIn(where.folder)).toMatchObject({
        daemonry: 'file:vendor/daemonry.tgz',
        '@daemonry/modules': 'file:vendor/daemonry-modules.tgz',
      });
      expect(read('vendor/daemonry.tgz')).toBe(`${GZIP} of packed/daemonry.tgz`);
      expect(read('vendor/daemonry-modules.tgz')).toBe(`${GZIP} of packed/daemonry-modules.tgz`);
      expect(read('Dockerfile')).toContain(
        'COPY package.json package-lock.json ./\nCOPY vendor ./vendor\nRUN npm ci\n',
      );
      expect(read('.dockerignore')).toContain('\n!vendor\n');
      expect(read('.gitignore')).not.toMatch(/vendor|tgz/);
    });
  });

  it('keeps apart tarballs of one name, and takes odd characters out of names', async () => {
    const where = givenTarballs('a/my package.tgz', 'b/my package.tgz');

    const { code } = await where.call([
      ...['new', 'orders', '--daemonry', 'a/my package.tgz'],
      ...['--modules', 'b/my package.tgz'],
    ]);

    expect(code).toBe(0);
    expect(dependenciesIn(where.folder)).toMatchObject({
      daemonry: 'file:vendor/my-package.tgz',
      '@daemonry/modules': 'file:vendor/modules-my-package.tgz',
    });
    expect(readFileSync(join(where.folder, 'orders/vendor/modules-my-package.tgz'), 'latin1')).toContain('of b/');
  });

  it.each([
    ['a range', '~0.1.2', '~0.1.2'],
    ['a tag', 'next', 'next'],
    ['an address', 'https://example.org/daemonry.tgz?a=1', '^0.1.0'],
  ])('depends on what is given, and on modules that go with it: %s', async (_what, given, modules) => {
    const where = givenFolder();

    const { code } = await where.call(['new', 'orders', '--daemonry', given]);

    expect(code).toBe(0);
    expect(dependenciesIn(where.folder)).toMatchObject({ daemonry: given, '@daemonry/modules': modules });
    expect(readFileSync(join(where.folder, 'orders/Dockerfile'), 'utf8')).not.toContain('vendor');
  });

  it.each([
    ['./absent.tgz', 'names a file that is not there'],
    ['.', 'names a folder, which an image or a clone of the application would lack'],
    ['./notes.tgz', 'names a file that is no tarball'],
    ['link:../daemonry', 'is no version of a package'],
    ['a b', 'is no version of a package'],
    ['', 'is no version of a package'],
  ])('refuses to depend on %j, and writes nothing', async (given, why) => {
    const where = givenFolder({ 'notes.tgz': 'a text' });

    const { code, stderr } = await where.call(['new', 'orders', '--daemonry', given]);

    expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining(why) as string });
    expect(existsSync(join(where.folder, 'orders'))).toBe(false);
  });
});
