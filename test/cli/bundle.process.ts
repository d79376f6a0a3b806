import { join } from 'node:path';

import { ModuleKind } from 'typescript';

import { compiledOrders, exportedOrders } from './support/compiledOrders';
import { givenApplication, type GivenApplication, givenFolder } from './support/givenApplication';
import { bundled, deployed, ENTRY, expectMappedStacks, succeeded, TICKED } from './support/givenBundle';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

describe('daemonry bundle', () => {
  let app: GivenApplication;
  let stdout: string;
  beforeAll(async () => {
    app = givenApplication({ ...compiledOrders(), 'config/default.yaml': 'partner: { host: beside }\n' });
    ({ stdout } = await bundled(app));
  });

  it('writes one file, which starts, ticks and stops anywhere, and the map of it', async () => {
    const ended = await deployed(app).node(['OrderImport.cjs'], { stopAfter: TICKED });

    expect(stdout).toMatch(/^wrote bundle\/OrderImport\.cjs \(\d+ KiB\)\nwrote bundle\/OrderImport\.cjs\.map/);
    expect(ended).toMatchObject(succeeded);
    expect(ended.stdout).toContain(TICKED);
  });

  it('keeps the names of classes, and leads back to the sources, also with --minify', async () => {
    await bundled(app, '--minify', '--out', 'bundle/small.cjs');
    const ended = await deployed(app).node(['small.cjs'], { stopAfter: TICKED });

    expect(ended).toMatchObject(succeeded);
    expect(ended.stdout).toContain('"listener":"order_import"');
    // V8 names the class by its identifier, which is a short one.
    await expectMappedStacks(app, 'small.cjs', String.raw`\w+`);
  });

  it('leads the lines of an error back to the sources, under --enable-source-maps', async () => {
    await expectMappedStacks(app);
  });

  it('finds the configuration beside the package.json of the bundle, from whatever folder it is started', async () => {
    const elsewhere = givenFolder();
    const file = join(app.folder, 'bundle/OrderImport.cjs');
    const ended = await elsewhere.node([file], { stopAfter: 'orders of beside' });

    expect(ended).toMatchObject(succeeded);
  });

  it('finds the configuration in the working directory, where the bundle is deployed without a package.json', async () => {
    const server = deployed(app);
    server.write({ 'config/default.yaml': 'partner: { host: here }\n' });

    expect(await server.node(['OrderImport.cjs'], { stopAfter: 'orders of here' })).toMatchObject(succeeded);
  });

  it('runs an application that the entry only exports, and is an entry for the other commands', async () => {
    const exporting = givenApplication(exportedOrders());
    await bundled(exporting);
    const plan = await exporting.daemonry(['plan', 'bundle/OrderImport.cjs']);
    const ended = await deployed(exporting).node(['OrderImport.cjs'], { stopAfter: TICKED });

    expect(plan.stdout).toContain('Plan of "orders": 1 listener, 1 task');
    expect(ended).toMatchObject(succeeded);
  });

  it('lets the entry ask whether it is the main module', async () => {
    const asking = givenApplication(
      compiledOrders(`
        if (require.main === module) void runMain(() => createApplication({ name: 'orders', listeners: [OrderImport] }));
      `),
    );
    await bundled(asking);

    expect(await deployed(asking).node(['OrderImport.cjs'], { stopAfter: TICKED })).toMatchObject(succeeded);
  });

  it('bundles ES modules, whose import.meta is that of the bundle', async () => {
    const more = `
      console.log(import.meta.url, import.meta.dirname);
      export default () => createApplication({ name: 'orders', listeners: [OrderImport] });
    `;
    const modules = givenApplication({
      ...compiledOrders(more, ModuleKind.ESNext),
      'package.json': '{ "name": "orders", "type": "module", "private": true }',
    });
    await bundled(modules);
    const server = deployed(modules);
    const ended = await server.node(['OrderImport.cjs'], { stopAfter: TICKED });

    expect(ended).toMatchObject(succeeded);
    expect(ended.stdout).toContain(`file://${server.folder}/OrderImport.cjs ${server.folder}\n`);
  });

  it('says which application a bundle has when it has none', async () => {
    const without = givenApplication({ [ENTRY]: 'exports.orders = [];' });
    await bundled(without);
    const ended = await deployed(without).node(['OrderImport.cjs']);

    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('ENTRY_WITHOUT_APPLICATION: The entry file creates no application.');
  });
});
