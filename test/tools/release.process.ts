import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const SCRIPT = resolve(__dirname, '../../tools/release.mjs');
const CHANGELOG =
  '# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - Unreleased\n\n- A thing.\n\n[1.2.0]: #120---unreleased\n';

jest.setTimeout(60_000);

interface Given {
  readonly engine?: object;
  readonly modules?: object;
  readonly files?: Readonly<Record<string, string>>;
}

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** A repository as this one, with one commit on main, ready to be released as 1.2.0. */
function givenRepository({ engine = {}, modules = {}, files = {} }: Given = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-release-'));
  folders.push(folder);
  const exported = {
    repository: 'example/daemonry',
    files: ['dist'],
    exports: { '.': { default: './dist/index.js' } },
  };
  const manifests = {
    engine: { name: 'daemonry', version: '1.2.0', ...exported, workspaces: ['modules'], scripts: BUILD, ...engine },
    modules: { name: '@daemonry/modules', version: '1.2.0', ...exported, peerDependencies: PEER, ...modules },
  };
  const { version } = manifests.engine;
  const lock = { version, packages: { '': manifests.engine, modules: manifests.modules } };
  const written: Record<string, string> = {
    'package.json': JSON.stringify(manifests.engine),
    'modules/package.json': JSON.stringify(manifests.modules),
    'package-lock.json': JSON.stringify(lock),
    'CHANGELOG.md': CHANGELOG,
    'dist/index.js': '',
    'modules/dist/index.js': '',
    '.gitignore': '*.tgz\n',
    ...files,
  };
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const [name, text] of Object.entries(written)) write(name, text);
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch', 'main');
  git('config', 'user.name', 'Somebody');
  git('config', 'user.email', 'somebody@example.com');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Begin');
  return {
    git,
    write,
    read: (name: string): string => readFileSync(join(folder, name), 'utf8'),
    release: (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync('node', [SCRIPT, ...args], { cwd: folder, encoding: 'utf8' });
      return { status, stdout, stderr };
    },
  };
}

const BUILD = { build: 'node -e 1' };
const PEER = { daemonry: '~1.2.0' };

describe('A dry run of a release', () => {
  it('says every step that a release would take, and changes nothing', () => {
    const { git, release } = givenRepository();

    const { status, stdout, stderr } = release('--dry-run', '--publish');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toEqual([
      'would set the version 1.2.0, and date it in CHANGELOG.md',
      'would build',
      'would make the folder release/',
      'would pack release/daemonry-1.2.0.tgz',
      'would pack release/daemonry-modules-1.2.0.tgz',
      'would commit, and tag v1.2.0',
      'would publish release/daemonry-1.2.0.tgz with provenance',
      'would publish release/daemonry-modules-1.2.0.tgz with provenance',
      'dry run of 1.2.0: nothing was changed',
    ]);
    expect({ changed: git('status', '--porcelain'), tags: git('tag') }).toEqual({ changed: '', tags: '' });
  });

  it('goes on where a release would be refused for the checkout only, and says so', () => {
    const { git, release, write } = givenRepository();
    git('switch', '--quiet', '--create', 'topic');
    git('tag', 'v1.2.0');
    write('new.txt', '');

    const { status, stdout } = release('--dry-run');

    expect(status).toBe(0);
    expect(stdout).toContain('refused here: There are changes that are not committed:\n?? new.txt');
    expect(stdout).toContain('refused here: This is the branch topic, and releases are made of main.');
    expect(stdout).toContain('refused here: The tag v1.2.0 is there already.');
  });

  it.each<[title: string, given: Given, refusal: string]>([
    ['with two versions', { modules: { version: '1.3.0' } }, 'version 1.2.0, and modules/package.json 1.3.0.'],
    ['whose peer is another minor', { modules: { peerDependencies: { daemonry: '~1.1.0' } } }, 'daemonry ~1.1.0:'],
    ['whose peer is no minor', { modules: { peerDependencies: { daemonry: '^1.2.0' } } }, 'daemonry ^1.2.0:'],
    ['without entries', { files: { 'CHANGELOG.md': '## [1.2.0]\n\n## [1.1.0]\n\n- Old.\n' } }, 'under "## [1.2.0]".'],
    [
      'with an old lock file',
      { files: { 'package-lock.json': '{"packages":{}}' } },
      'another version than package.json',
    ],
    [
      'that was not built',
      { modules: { exports: { './x': './dist/x.js' } } },
      'exports dist/x.js, which is not packed',
    ],
  ])('refuses a repository %s', (_title, given, refusal) => {
    const { status, stderr } = givenRepository(given).release('--dry-run');

    expect(status).toBe(1);
    expect(stderr).toContain(refusal);
    expect(stderr).toMatch(/^(refused: .*\n)+$/);
  });
});

describe('A release', () => {
  it('dates the changelog, raises every version, packs both packages, and tags the commit', () => {
    const { git, read, release } = givenRepository({
      files: { 'CHANGELOG.md': CHANGELOG.replaceAll('1.2.0', '1.3.0').replace('120', '130') },
    });

    expect(release('1.3.0')).toMatchObject({ status: 0, stderr: '' });

    for (const file of ['package.json', 'modules/package.json', 'package-lock.json']) {
      expect(JSON.parse(read(file))).toMatchObject({ version: '1.3.0' });
    }
    expect(JSON.parse(read('modules/package.json'))).toMatchObject({ peerDependencies: { daemonry: '~1.3.0' } });
    expect(JSON.parse(read('package-lock.json'))).toMatchObject({
      packages: { modules: { version: '1.3.0', peerDependencies: { daemonry: '~1.3.0' } } },
    });
    expect(read('CHANGELOG.md')).toMatch(
      /## \[1\.3\.0\] - (\d{4}-\d{2}-\d{2})\n\n- A thing\.\n\n\[1\.3\.0\]: #130---\1\n$/,
    );
    expect(read('release/daemonry-1.3.0.tgz')).not.toBe('');
    expect(read('release/daemonry-modules-1.3.0.tgz')).not.toBe('');
    expect(git('log', '--format=%s %D', '-1')).toBe('Release 1.3.0 HEAD -> main, tag: v1.3.0');
    expect(git('status', '--porcelain')).toBe('');
  });

  it.each<[title: string, before: (given: ReturnType<typeof givenRepository>) => unknown, refusal: string]>([
    ['from another branch', ({ git }) => git('switch', '--quiet', '--create', 'topic'), 'This is the branch topic'],
    ['with changes that are not committed', ({ write }) => write('new.txt', ''), 'not committed:\n?? new.txt'],
    ['of a version that has a tag', ({ git }) => git('tag', 'v1.2.0'), 'The tag v1.2.0 is there already.'],
  ])('is refused %s, and changes nothing', (_title, before, refusal) => {
    const given = givenRepository();
    before(given);
    const changed = given.git('status', '--porcelain');

    const { status, stderr } = given.release('1.2.0');

    expect(status).toBe(1);
    expect(stderr).toContain(refusal);
    expect(given.git('status', '--porcelain')).toBe(changed);
    expect(given.git('log', '--format=%s')).toBe('Begin');
  });

  it('is refused where a package that is to be published names no repository', () => {
    const { git, release } = givenRepository({ engine: { repository: undefined } });

    const { status, stderr } = release('1.2.0', '--publish');

    expect(status).toBe(1);
    expect(stderr).toBe('refused: package.json names no repository, and provenance is about one.\n');
    expect(git('tag')).toBe('');
  });

  it.each([[[]], [['soon']], [['1.2']], [['1.2.0', '1.3.0']]])('is refused of %j, which is no version', (args) => {
    expect(givenRepository().release(...args)).toMatchObject({
      status: 1,
      stderr: 'refused: Give the version to release, such as 0.2.0.\n',
    });
  });

  it('is refused of a version that is earlier than the one that is there', () => {
    const { stderr } = givenRepository().release('1.1.9');

    expect(stderr).toContain('refused: 1.1.9 is earlier than 1.2.0.');
  });
});
