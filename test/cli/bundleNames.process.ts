import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { compiledOrders } from './support/compiledOrders';
import { type GivenApplication, givenApplication } from './support/givenApplication';
import { ENTRY } from './support/givenBundle';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

const OTHER = `
exports.Helper = class Helper {};
exports.Own = class Own { static name = 'its own'; };
exports.make = () => { function inner() {} return [inner, class extends exports.Own {}]; };
`;
const SHOWN = `
class Helper {}
const other = require('./other');
for (const each of [Helper, other.Helper, other.Own, ...other.make()]) console.log('named:' + each.name);
`;

describe('The names in a bundle', () => {
  let app: GivenApplication;
  beforeAll(() => {
    const { [ENTRY]: orders = '' } = compiledOrders();
    app = givenApplication({ 'dist/other.js': OTHER, [ENTRY]: orders + SHOWN });
  });

  it.each([['as it is'], ['--minify'], ['--code-cache']])('are those of the sources: %s', async (option) => {
    const named = async (file: string) =>
      (await app.node([file], { stopAfter: 'orders of' })).stdout.match(/named:.*/g) ?? [];

    await app.daemonry(['bundle', ENTRY, ...(option.startsWith('--') ? [option] : [])]);

    const names = await named('bundle/OrderImport.cjs');
    expect(names).toEqual(await named(ENTRY));
    expect(names.slice(0, 4)).toEqual(['named:Helper', 'named:Helper', 'named:its own', 'named:inner']);
  });

  it('are not given to functions that have them, which would take time whenever one is made', async () => {
    await app.daemonry(['bundle', ENTRY, '--out', 'bundle/quick.cjs']);

    expect(readFileSync(join(app.folder, 'bundle/quick.cjs'), 'utf8')).toContain('target.name === value ? target : ');
  });
});
