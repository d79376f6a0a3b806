import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { type Ended, givenFolder } from './support/givenApplication';

describe('daemonry help', () => {
  const { call } = givenFolder();

  it.each([
    [['bogus'], 'There is no command "bogus".'],
    [['plann'], 'There is no command "plann". Did you mean "plan"?'],
    [['state', 'chek'], 'There is no command "state chek". Did you mean "check"?'],
    [['plan', 'src/main.ts'], 'There is no command "plan src/main.ts".'],
    [['constructor'], 'There is no command "constructor".'],
  ])('refuses %j as wrong use, and lists what there is', async (words, said) => {
    const { code, stdout, stderr } = await call(['help', ...words]);

    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain(said);
    expect(stderr).toContain('To fix this: name one that daemonry --help lists.');
  });

  it.each([
    [[], 'Usage: daemonry [options] [command]'],
    [['help'], 'Usage: daemonry [options] [command]'],
    [['plan'], 'Usage: daemonry plan [options] [entry]'],
    [['g'], 'Usage: daemonry generate|g'],
    [['state', 'check'], 'Usage: daemonry state check [options] <file>'],
  ])('shows the help of %j', async (words, said) => {
    const { code, stdout } = await call(['help', ...words]);

    expect(code).toBe(0);
    expect(stdout).toContain(said);
  });
});

describe('an entry that is no program', () => {
  const refused = ({ code, stdout, stderr }: Ended): string => {
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).not.toMatch(/^ +at /m);
    return stderr;
  };

  it.each(['Dockerfile', 'config/default.yaml', 'picture', 'types.d.ts', 'linked.js', 'script.sh', 'a "b"\nc'])(
    'is refused, and not executed: %j',
    async (name) => {
      const { folder, write, call } = givenFolder({ Dockerfile: 'throw new Error("executed");' });
      if (name === 'linked.js') symlinkSync('Dockerfile', join(folder, name));
      else if (name !== 'Dockerfile') write({ [name]: '#!/bin/sh\nthrow new Error("executed");' });

      const stderr = refused(await call(['plan', name]));

      expect(stderr).toContain(`ENTRY_NOT_FOUND: The entry "${name}" is no program.`);
      expect(stderr).toContain('endings: .ts, .js, .mts, .mjs, .cts, .cjs; or none and a first line with #! and node');
    },
  );

  it('is refused where it is a pipe or a folder that is named like a file', async () => {
    const { folder, call } = givenFolder();
    execFileSync('mkfifo', [join(folder, 'pipe.js')]);
    mkdirSync(join(folder, 'folder.js'));

    expect(refused(await call(['check', 'pipe.js']))).toContain('The entry "pipe.js" is no program.');
    expect(refused(await call(['check', 'folder.js']))).toContain('The entry "folder.js" is a folder.');
  });

  it('is refused with the reason where the system does not let it be looked for', async () => {
    const { folder, call } = givenFolder();
    symlinkSync('loop.js', join(folder, 'loop.js'));

    for (const name of ['loop.js', `${'x'.repeat(300)}.js`]) {
      const stderr = refused(await call(['plan', name]));
      expect(stderr).toMatch(/ENTRY_NOT_FOUND: The entry ".*" cannot be looked for: E(LOOP|NAMETOOLONG)/);
      expect(stderr).toContain('To fix this: let the user who calls this read the file and search its folders');
    }
  });

  it('is refused with some of the names that are there, however many there are', async () => {
    const { call } = givenFolder(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f${index}.js`, ''])));

    expect(refused(await call(['check', 'main.js']))).toMatch(/files there: (f\d+\.js, ){20}and 280 more\n/);
  });
});

describe('the entry that package.json names', () => {
  it.each(['42', 'null', '""', '"  "', '["main.js"]', '{}', 'true'])('is refused when it is %s', async (entry) => {
    const { folder, call } = givenFolder({ 'package.json': `{ "name": "shop", "daemonry": { "entry": ${entry} } }` });

    const { code, stderr } = await call(['check']);

    expect(code).toBe(64);
    expect(stderr).toContain('A package.json names something as the entry that is no path of a file.');
    expect(stderr).toContain(`file: ${join(folder, 'package.json')}`);
  });

  it.each(['42', '"main.js"', 'true'])('is refused when the whole section is %s', async (section) => {
    const { call } = givenFolder({ 'package.json': `{ "name": "shop", "daemonry": ${section} }` });

    const { code, stderr } = await call(['check']);

    expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining('no path of a file') as string });
  });

  it('is refused with the package.json that names it, where it is not there', async () => {
    const { folder, call } = givenFolder({
      'package.json': '{ "name": "shop", "daemonry": { "entry": "src/main.ts" } }',
      'src/listeners.ts': '',
    });

    const { code, stderr } = await call(['check'], { cwd: 'src' });

    expect(code).toBe(64);
    expect(stderr).toContain(`named by: ${join(folder, 'package.json')}`);
  });
});

describe('daemonry generate', () => {
  it.each(['{ "name": "other" }', '{ "name": "other", "dependencies": { "express": "5" } }', '[]'])(
    'writes nothing beside the package.json %s, which is none of an application of daemonry',
    async (manifest) => {
      const { folder, call } = givenFolder({ 'package.json': manifest });

      const { code, stderr } = await call(['generate', 'listener', 'order-sync']);

      expect(code).toBe(64);
      expect(stderr).toContain('This is no application of daemonry: the nearest package.json does not depend on it.');
      expect(stderr).toContain(`file: ${join(folder, 'package.json')}`);
    },
  );

  it.each([
    '{ "name": "own", "dependencies": { "daemonry": "^0.1.0" } }',
    '{ "name": "own", "peerDependencies": { "daemonry": "^0.1.0" } }',
    '{ "name": "own", "daemonry": { "entry": "main.ts" } }',
  ])('writes beside the package.json %s', async (manifest) => {
    const { call } = givenFolder({ 'package.json': manifest });

    expect(await call(['generate', 'listener', 'order-sync'])).toMatchObject({ code: 0, stderr: '' });
  });

  const APPLICATION = {
    'package.json': '{ "name": "own", "dependencies": { "daemonry": "^0.1.0" } }',
    'src/application.ts': '',
    'test/main.test.ts': '',
    'src/modules.ts': "import { webModule } from '@daemonry/modules/web';",
  };

  it.each([
    ['application', 'src/application.ts'],
    ['main', 'test/main.test.ts'],
  ])('writes no file whose name differs in case alone from one that is there: listener %s', async (name, taken) => {
    const { folder, call } = givenFolder(APPLICATION);

    const { code, stderr } = await call(['generate', 'listener', name]);

    expect(code).toBe(64);
    expect(stderr).toContain(`files: ${taken}\n`);
    expect(readdirSync(join(folder, 'src'))).toEqual(['application.ts', 'modules.ts']);
  });

  it.each([
    [['module', 'index'], '"index" cannot be the name of a module: its class would be in Index.ts, beside index.ts.'],
    [['settings', 'web'], '"web" cannot be the name of a settings class here: the application loads the module'],
  ])('refuses a name that would not fit: %j', async (words, said) => {
    const { code, stderr } = await givenFolder(APPLICATION).call(['generate', ...words]);

    expect(code).toBe(64);
    expect(stderr).toContain(`INVALID_NAME: ${said}`);
    expect(stderr).toContain('To fix this: add a word: ');
  });
});
