import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildSync } from 'esbuild';

import type { PlanError } from '../../src';
import { createTestApplication } from '../../src/testing';

const SOURCE = `
import { BackgroundDaemon } from 'daemonry';
class Store {}
@BackgroundDaemon()
export class Orders { constructor(store: Store) {} }
export { Store };
`;

const folder = mkdtempSync(join(tmpdir(), 'daemonry-bundled-'));
symlinkSync(join(__dirname, '../../node_modules'), join(folder, 'node_modules'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('MISSING_METADATA of a program that a bundler has written', () => {
  it.each([false, true])('says so, also where daemonry is not part of it (minified: %s)', async (minify) => {
    const outfile = join(folder, `bundle-${String(minify)}.js`);
    writeFileSync(join(folder, 'main.ts'), SOURCE);
    buildSync({
      entryPoints: [join(folder, 'main.ts')],
      outfile,
      bundle: true,
      minify,
      platform: 'node',
      external: ['daemonry'],
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    });
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is written here
    const { Orders } = require(outfile) as { readonly Orders: new () => object };

    const refused = await createTestApplication({ listeners: [Orders] }).then(
      () => undefined,
      (error: PlanError) => error,
    );

    expect(refused?.message).toContain('MISSING_METADATA');
    expect(refused?.message).toContain('likely cause: esbuild has written its file, as a bundle or by itself');
    expect(refused?.message).toContain('compile with tsc, and bundle what that has written');
  });
});
