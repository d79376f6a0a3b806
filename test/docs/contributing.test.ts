import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const PAGE = read('CONTRIBUTING.md');

const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

/** Texts of a page in backticks, code blocks left out. */
const quotedIn = (page: string): string[] =>
  [...page.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

/** Paths that the page lists between `<!-- name -->` and `<!-- /name -->`. */
const listed = (name: string): string[] => {
  const section = new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- /${name} -->`).exec(PAGE)?.[1] ?? '';
  return [...section.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path).sort();
};

const sources = ['src', 'decorators', 'modules']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  )
  .filter((file) => file.endsWith('.ts') && !/(^|\/)(test|dist|node_modules)\/|\.d\.ts$/.test(file));

/** Files with a line that matches, comments left out. */
const filesWith = (pattern: RegExp): string[] =>
  sources
    .filter((file) =>
      read(file)
        .split('\n')
        .some((line) => !/^\s*(\/?\*|\/\/)/.test(line) && pattern.test(line)),
    )
    .sort();

describe('CONTRIBUTING.md', () => {
  const FOLDERS = readdirSync(ROOT).filter((name) => !name.includes('.') || name === '.ci' || name === '.github');
  const isPath = new RegExp(`^(${FOLDERS.join('|').replaceAll('.', '\\.')})/[\\w./-]*$`);

  it.each(['CONTRIBUTING.md', 'docs/architecture.md'])('and %s name files that are there', (page) => {
    const paths = quotedIn(read(page)).filter((text) => isPath.test(text));

    expect(paths.length).toBeGreaterThan(20);
    // What is built is not there before it is.
    expect(paths.filter((path) => !existsSync(join(ROOT, path)) && path !== 'dist/')).toEqual([]);
  });

  it('names scripts that are there, and every one of them but what npm calls', () => {
    const named = new Set([...PAGE.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name));

    expect([...named].filter((name) => !(name in scripts))).toEqual([]);
    const ours = Object.keys(scripts).filter((name) => !['start', 'test', 'posttest', 'prepack'].includes(name));
    expect(ours.filter((name) => !named.has(name))).toEqual([]);
  });

  it('lists the layers that are checked, in their order', () => {
    const checked = [...read('.dependency-cruiser.cjs').matchAll(/name: '(\w+)',\s*paths: \[([^\]]+)\]/g)].map(
      ([, name = '', folders = '']) => ({
        name,
        folders: [...folders.matchAll(/'([^']+)'/g)].map(([, folder = '']) => folder.replaceAll('\\', '')),
      }),
    );
    const block = /Imports go up, never down:\s+```text\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? '';
    const lines = block.trim().split('\n');

    expect(checked).toHaveLength(8);
    expect(lines.map((line) => /^(?<name>\w+) +(?<folders>.*)$/.exec(line)?.groups)).toEqual(
      checked.map(({ name, folders }) => ({ name, folders: folders.join(', ') })),
    );
  });

  it('has a table of decisions with every record, and no other', () => {
    const records = readdirSync(join(ROOT, 'docs/decisions')).filter((name) => /^\d{4}-/.test(name));
    const rows = [...read('docs/decisions/README.md').matchAll(/^\| \[(\d{4})\]\((\S+)\)/gm)];

    expect(rows.map(([, , file]) => file)).toEqual(records.sort());
    expect(rows.map(([, number = '', file = '']) => file.startsWith(number))).not.toContain(false);
  });

  describe('the commands that take no time', () => {
    const run = (command: string, ...args: string[]): string => {
      const { status, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' });
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
      return stdout + stderr;
    };

    it('print the titles of a folder, as the way to the core says', () => {
      expect(quotedIn(PAGE)).toContain('npx jest --verbose test/errors');

      const printed = run('npx', 'jest', '--verbose', 'test/errors');

      expect(printed).toContain('✓ ');
      expect(printed).toMatch(/^\d+ passed, 0 failed$/m);
    }, 60_000);

    it('run sources as they are', () => {
      const [command = '', ...args] = 'node -C daemonry-source -r ts-node/register/transpile-only file.ts'.split(' ');
      expect(quotedIn(PAGE)).toContain([command, ...args].join(' '));

      const printed = run(command, ...args.slice(0, -1), '-p', "require.resolve('daemonry')");

      expect(relative(ROOT, printed.trim())).toMatch(/src[\\/]index\.ts$/);
    }, 60_000);
  });
});

describe('The rules of CONTRIBUTING.md', () => {
  it('about length: no file has more than 300 lines', () => {
    expect(sources.filter((file) => read(file).trimEnd().split('\n').length > 300)).toEqual([]);
  });

  it('about the clock: only the files that the page names use timers or read the time', () => {
    expect(filesWith(/\bDate\.now\b|\bnew Date\(\)|\bset(Timeout|Interval)\(|\bperformance\.now\b/)).toEqual(
      listed('timers'),
    );
  });

  it('about state: only the files that the page names keep any at the level of the module', () => {
    const mutable =
      /^(export )?(let|var) |^(export )?const [a-z]\w*(: [^=]+)? = (new (Map|Set|WeakMap|WeakSet|AsyncLocalStorage)\b|\[\];|\{\};)/;

    expect(filesWith(mutable)).toEqual(listed('state'));
  });

  it('about errors: no catch is empty', () => {
    expect(sources.filter((file) => /catch(\s*\([^)]*\))?\s*\{\s*\}/.test(read(file)))).toEqual([]);
  });

  it('about one way to say a thing: no default export, no any, and no private that is not a parameter', () => {
    expect(filesWith(/^export default\b/)).toEqual([]);
    expect(filesWith(/(:|\bas|<) ?any\b(?! )/)).toEqual([]);
    expect(filesWith(/^\s+private (?!constructor\b)(async )?\w+(\(|[^,]*;$)/)).toEqual([]);
  });

  it('about docstrings: the linter refuses riddles in every folder', () => {
    const [, folders = ''] =
      /files: \[([^\]]*)\]\.map\([\s\S]*'daemonry\/plain-docstrings': 'error'/.exec(read('eslint.config.mjs')) ?? [];

    for (const folder of ['src', 'modules', 'decorators', 'jest-preset', 'packaging', 'examples', 'test/support']) {
      expect(folders).toContain(`'${folder}'`);
    }
  });
});
