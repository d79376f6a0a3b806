import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const MODULES = join(ROOT, 'modules');

interface Targets {
  readonly 'daemonry-source': string;
  readonly types: string;
  readonly default: string;
}

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Targets>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, unknown>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const engine = readManifest(ROOT);
const modules = readManifest(MODULES);

describe.each([
  { name: 'daemonry', folder: ROOT, manifest: engine },
  { name: '@daemonry/modules', folder: MODULES, manifest: modules },
])('The exports of $name', ({ folder, manifest }) => {
  const exported = Object.entries(manifest.exports);
  const built = exported.filter((entry): entry is [string, Targets] => typeof entry[1] === 'object');
  const plain = exported.filter((entry): entry is [string, string] => typeof entry[1] === 'string');

  it.each(built)('lead from %s to what the build makes of its source', (_path, targets) => {
    const source = targets['daemonry-source'];
    expect(existsSync(join(folder, source))).toBe(true);
    const stem = source.replace(/^\.\//, './dist/').replace(/\.ts$/, '');
    expect(targets).toEqual({ 'daemonry-source': source, types: `${stem}.d.ts`, default: `${stem}.js` });
  });

  it.each(plain)('lead from %s to a file that is there, with its declarations', (_path, file) => {
    expect(existsSync(join(folder, file))).toBe(true);
    if (file.endsWith('.js')) expect(existsSync(join(folder, file.replace(/\.js$/, '.d.ts')))).toBe(true);
  });
});

describe('The package of the modules', () => {
  it('exports each module that has an index.ts; npm run api:update writes them', () => {
    const folders = readdirSync(MODULES).filter((name) => existsSync(join(MODULES, name, 'index.ts')));
    const expected = folders.sort().map((name) => `./${name}`);
    expect(Object.keys(modules.exports)).toEqual([...expected, './package.json']);
  });

  it('is released together with the engine, and needs the same minor version of it', () => {
    expect(modules.version).toBe(engine.version);
    expect(modules.peerDependencies['daemonry']).toBe(`~${engine.version}`);
  });

  it('names every client library as an optional peer', () => {
    const { daemonry, inversify, 'reflect-metadata': metadata, ...clients } = modules.peerDependencies;
    expect([daemonry, inversify, metadata]).not.toContain(undefined);
    expect(Object.keys(modules.peerDependenciesMeta).sort()).toEqual(Object.keys(clients).sort());
  });

  it('leaves no client library in the manifest of the engine', () => {
    const named = Object.keys({ ...engine.dependencies, ...engine.peerDependencies, ...engine.devDependencies });
    expect(named.filter((name) => name in modules.peerDependenciesMeta)).toEqual([]);
  });

  it('wants the version of fastify that a new application gets', () => {
    const template = readFileSync(join(ROOT, 'templates/application/package.json.tpl'), 'utf8');
    expect(template).toContain(`"fastify": "${modules.peerDependencies['fastify']}"`);
  });
});
