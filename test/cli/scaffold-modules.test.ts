import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { givenFolder } from './support/givenApplication';

/** The relative imports of a file. */
const importsOf = (folder: string, path: string): readonly string[] =>
  [...readFileSync(join(folder, path), 'utf8').matchAll(/ from '(\.[^']+)'/g)].map(([, from = '']) => from);

describe('What is generated in an ES module', () => {
  it.each([
    ['module', '.js', '/index.js'],
    ['commonjs', '', ''],
  ])('imports files as Node finds them there: "type": "%s"', async (type, file, folder) => {
    const shop = givenFolder({
      'package.json': JSON.stringify({ name: 'shop', type, dependencies: { daemonry: '*' } }),
      'src/listeners.ts': '// daemonry:imports\nexport const listeners = [\n  // daemonry:listeners\n];\n',
      'src/modules.ts': '// daemonry:imports\nexport const modules = () => [\n  // daemonry:modules\n];\n',
    });
    for (const kind of ['listener', 'module', 'settings']) {
      expect(await shop.call(['generate', kind, 'order-sync'])).toMatchObject({ code: 0, stderr: '' });
    }

    expect(importsOf(shop.folder, 'src/listeners.ts')).toEqual([`./OrderSync${file}`]);
    expect(importsOf(shop.folder, 'test/OrderSync.test.ts')).toEqual([`../src/OrderSync${file}`]);
    expect(importsOf(shop.folder, 'src/modules.ts')).toEqual([`../modules/order_sync${folder}`]);
    expect(importsOf(shop.folder, 'modules/order_sync/index.ts')).toEqual(Array(2).fill(`./OrderSync${file}`));
    expect(importsOf(shop.folder, 'test/OrderSyncModule.test.ts')).toEqual([`../modules/order_sync${folder}`]);
    expect(importsOf(shop.folder, 'test/OrderSyncSettings.test.ts')).toEqual([`../src/OrderSyncSettings${file}`]);
  });

  it('tells the lines to add by hand in the same way', async () => {
    const shop = givenFolder({
      'package.json': JSON.stringify({ name: 'shop', type: 'module', dependencies: { daemonry: '*' } }),
    });
    const { stdout } = await shop.call(['generate', 'listener', 'order-sync']);

    expect(stdout).toContain("import { OrderSync } from './OrderSync.js';");
  });
});
