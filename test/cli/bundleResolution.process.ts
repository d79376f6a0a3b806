import { givenApplication } from './support/givenApplication';
import { ENTRY } from './support/givenBundle';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

const installed = (name: string, manifest: object, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries({ 'package.json': JSON.stringify({ name, version: '1.0.0', ...manifest }), ...files }).map(
      ([path, text]) => [`node_modules/${name}/${path}`, text],
    ),
  );

describe('The files of a bundle', () => {
  it('are those that Node finds, and not those of a compiler or of other bundlers', async () => {
    const both = {
      'index.js': `module.exports = 'what Node takes';`,
      'module.js': `module.exports = 'what bundlers take';`,
    };
    const app = givenApplication({
      [ENTRY]: `
        require('daemonry');
        console.log(require('./prices'), '-', require('@shop/stock'), '-', require('exporting'), '-', require('naming'));
      `,
      'tsconfig.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "@shop/*": ["src/*"] } } }',
      'src/stock.ts': `export = 'the source of a package';`,
      'dist/prices.ts': `export = 'a source';`,
      'dist/prices.js': `module.exports = 'compiled';`,
      ...installed('@shop/stock', {}, { 'index.js': `module.exports = 'a package';` }),
      ...installed('exporting', { exports: { module: './module.js', default: './index.js' } }, both),
      ...installed('naming', { module: './module.js' }, both),
    });
    const { code } = await app.daemonry(['bundle', ENTRY]);

    expect(code).toBe(0);
    expect((await app.node(['bundle/OrderImport.cjs'])).stdout).toBe(
      'compiled - a package - what Node takes - what Node takes\n',
    );
  });
});
