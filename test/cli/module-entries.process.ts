import { givenApplication } from './support/givenApplication';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

const MANIFEST = '{ "name": "typed", "type": "module" }';
const TSCONFIG = `{ "compilerOptions": { "target": "ES2022", "module": "nodenext", "strict": true, "types": [],
  "experimentalDecorators": true, "emitDecoratorMetadata": true, "outDir": "dist", "noEmit": true } }`;
const SYNC = `
  import { BackgroundDaemon } from 'daemonry';
  export class Store { readonly size: number = 1; }
  @BackgroundDaemon({ interval: '1m' })
  export class Sync { constructor(readonly store: Store) {} tick(): void {} }`;
const ENTRY = `
  import { createApplication, runMain } from 'daemonry';
  import { Store, Sync } from './Sync.js';
  await Promise.resolve();
  void runMain(() => createApplication({ name: 'typed', listeners: [Sync], services: [Store] }));`;

describe('a TypeScript entry that is an ES module', () => {
  it('is planned and run without a build, and without ts-node', async () => {
    const app = givenApplication({
      'package.json': MANIFEST,
      'tsconfig.json': TSCONFIG,
      'src/Sync.ts': SYNC,
      'src/main.ts': ENTRY,
      'node_modules/ts-node/package.json': '{ "name": "ts-node", "main": "index.js" }',
      'node_modules/ts-node/index.js': 'throw new Error("nobody needs this")',
    });
    const plan = await app.daemonry(['plan', 'src/main.ts']);
    expect(plan).toMatchObject({ code: 0, stderr: '' });
    expect(plan.stdout).toContain('1. sync  daemon');

    const run = await app.daemonry(['run', 'src/main.ts'], { stopAfter: 'Started in' });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const inJson = await app.daemonry(['plan', 'src/main.ts', '--json']);
    expect(inJson.stdout).toContain('Sync.ts:4');
  });

  it('may be one by its ending, also without a tsconfig, and import CommonJS in TypeScript', async () => {
    const app = givenApplication({
      'main.mts': `
        import { createApplication } from 'daemonry';
        import names from './names.cjs';
        export default () => createApplication({ name: names.application });`,
      'names.cts': `const application: string = 'typed'; export = { application };`,
    });
    const { code, stdout, stderr } = await app.daemonry(['check', 'main.mts']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('ok: "typed" can start: 0 listeners');
  });

  it('shows a syntax error with its place, also in a file that it imports', async () => {
    const app = givenApplication({
      'package.json': MANIFEST,
      'src/Sync.ts': 'const x: = 1;',
      'src/main.ts': ENTRY,
    });
    const { code, stderr } = await app.daemonry(['check', 'src/main.ts']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      'ENTRY_FAILED: The entry file failed: TSError: src/Sync.ts(1,10): error TS1110: Type expected.',
    );
    expect(stderr).not.toContain('TypeScriptLoader');
  });

  it('shows a tsconfig that cannot be read', async () => {
    const app = givenApplication({
      'package.json': MANIFEST,
      'tsconfig.json': '{ "compilerOptions": }',
      'main.ts': '',
    });
    const { code, stderr } = await app.daemonry(['check', 'main.ts']);
    expect(code).toBe(2);
    expect(stderr).toContain('tsconfig.json(1,22): error TS1109');
  });

  it('says how to import a type that a decorated signature names', async () => {
    const app = givenApplication({
      'package.json': MANIFEST,
      'tsconfig.json': TSCONFIG,
      'main.ts': `
        import { BackgroundDaemon, createApplication, PeriodicTask, TickContext } from 'daemonry';
        @BackgroundDaemon()
        class Sync { @PeriodicTask({ interval: '1s' }) sweep(context: TickContext): void { void context; } }
        export default () => createApplication({ name: 'typed', listeners: [Sync] });`,
    });
    const { code, stderr } = await app.daemonry(['check', 'main.ts']);
    expect(code).toBe(2);
    expect(stderr).toContain('To fix this: import { type TickContext } where it is a type');
  });

  it('names what has to be installed beside TypeScript 7, which is not ts-node', async () => {
    const app = givenApplication({
      'node_modules/typescript/package.json': '{ "name": "typescript", "version": "7.0.2", "main": "index.js" }',
      'node_modules/typescript/index.js': '',
      'main.mts': ENTRY,
    });
    const { code, stderr } = await app.daemonry(['check', 'main.mts']);
    expect(code).toBe(2);
    expect(stderr).toContain('npm install --save-dev @typescript/typescript6 (beside TypeScript 7.0.2)');
    expect(stderr).not.toContain('ts-node');
  });
});
