import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

interface Targets {
  readonly 'daemonry-source': string;
  readonly types: string;
  readonly default: string;
}

const { exports: exported } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, string | Targets>>;
};

const paths = Object.keys(exported);
const built = Object.entries(exported).filter((entry): entry is [string, Targets] => typeof entry[1] === 'object');
const plain = Object.entries(exported).filter((entry): entry is [string, string] => typeof entry[1] === 'string');

describe('The exports of the package', () => {
  it('name each module that has an index.ts; npm run api:update writes them', () => {
    const modules = readdirSync(join(ROOT, 'modules')).filter((name) =>
      existsSync(join(ROOT, 'modules', name, 'index.ts')),
    );
    expect(paths.filter((path) => path.startsWith('./modules/'))).toEqual(modules.sort().map((n) => `./modules/${n}`));
  });

  it.each(built)('lead from %s to what the build makes of its source', (_path, targets) => {
    const source = targets['daemonry-source'];
    expect(existsSync(join(ROOT, source))).toBe(true);
    const stem = source.replace(/^\.\//, './dist/').replace(/\.ts$/, '');
    expect(targets).toEqual({ 'daemonry-source': source, types: `${stem}.d.ts`, default: `${stem}.js` });
  });

  it.each(plain)('lead from %s to a file that is there, with its declarations', (_path, file) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
    if (file.endsWith('.js')) expect(existsSync(join(ROOT, file.replace(/\.js$/, '.d.ts')))).toBe(true);
  });
});
