import { MODULES, readModulePage } from './support/readModulePage';

describe('The page of a module', () => {
  it.each(MODULES)('modules/docs/%s.md is there', (module) => {
    expect(readModulePage(module).text).toBeDefined();
  });

  it.each(MODULES)('modules/docs/%s.md has a table for every settings class, all of them exported', (module) => {
    expect(readModulePage(module).problems).toEqual([]);
  });

  it.each(MODULES)('modules/docs/%s.md shows the tables that `npm run docs:settings` writes', (module) => {
    const { text, expected } = readModulePage(module);

    expect(text).toBe(expected);
  });
});
