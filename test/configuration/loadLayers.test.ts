import { symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { toPlain } from '../../src/configuration/tree/ConfigTree';
import { loadLayers } from '../../src/configuration/layers/loadLayers';
import { findBaseDirectory } from '../../src/configuration/layers/packages';
import type { ConfigOptions } from '../../src/contracts/configuration';
import { Problems } from '../../src/errors/Problem';
import { codesOf, givenFolder } from './given';

async function load(options: ConfigOptions) {
  const problems = new Problems();
  const layers = await loadLayers({ env: false, directory: false, ...options }, problems);
  return { layers, problems: problems.list, data: layers.layers.map(({ data }) => toPlain(data)) };
}

describe('a layer of data', () => {
  it('takes nested keys and dotted paths', async () => {
    const { layers, problems } = await load({ values: { 'a.b': 1, a: { c: 2 }, 'a.d.e': 3 } });

    expect(problems).toEqual([]);
    expect(toPlain(layers.values.data)).toEqual({ a: { b: 1, c: 2, d: { e: 3 } } });
  });

  it('leaves a dot below the top level as it is', async () => {
    const { layers } = await load({ values: { hosts: { 'example.com': 1 } } });

    expect(toPlain(layers.values.data)).toEqual({ hosts: { 'example.com': 1 } });
  });

  it.each([[{ a: { b: 1 }, 'a.b': 2 }], [{ a: 1, 'a.b': 2 }], [{ 'a.b': 2, a: 1 }]])(
    'is refused when it says one thing twice: %j',
    async (values) => {
      expect(codesOf((await load({ values })).problems)).toEqual(['CONFIG_CONFLICT']);
    },
  );

  it.each(['.a', 'a.', 'a..b', ''])('is refused with the path %j', async (path) => {
    expect(codesOf((await load({ values: { [path]: 1 } })).problems)).toEqual(['CONFIG_UNKNOWN_KEY']);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('is refused with the key %s, at any depth', async (key) => {
    const polluting = JSON.parse(
      `{"${key}": {"polluted": 1}, "a": {"b": {"${key}": {"polluted": 1}}}, "list": [{"${key}": {"polluted": 1}}], "x.${key}.polluted": 1}`,
    ) as Record<string, unknown>;
    const directory = givenFolder({ 'default.yaml': `${key}: {polluted: 1}` });

    const { layers, problems } = await load({ directory, values: polluting });

    expect(codesOf(problems)).toEqual(Array(5).fill('CONFIG_FORBIDDEN_KEY'));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(toPlain(layers.values.data)).toEqual({ a: { b: {} }, list: [{}] });
  });

  it('is refused where it contains itself', async () => {
    const values: Record<string, unknown> = { a: {} };
    values['b'] = [values];
    (values['a'] as Record<string, unknown>)['again'] = values['a'];

    expect(codesOf((await load({ values })).problems)).toEqual(['CONFIG_INVALID_VALUE', 'CONFIG_INVALID_VALUE']);
  });

  it('is refused where it is too deep', async () => {
    let values: Record<string, unknown> = {};
    for (let depth = 0; depth < 100; depth++) values = { a: values };

    const { problems } = await load({ values });

    expect(problems).toMatchObject([
      { code: 'CONFIG_INVALID_VALUE', what: expect.stringContaining('32 levels') as string },
    ]);
  });

  it('is refused once where it is too large', async () => {
    let values: Record<string, unknown> = {};
    for (let depth = 0; depth < 25; depth++) values = { a: values, b: values };

    const { problems } = await load({ values });

    expect(problems).toMatchObject([
      { code: 'CONFIG_INVALID_VALUE', what: expect.stringContaining('100000') as string },
    ]);
  });

  it.each([[new Date(0)], [() => 1], [Symbol('s')], [1n], [new (class Made {})()], [new Set()]])(
    'is refused where it holds what is not plain data: %p',
    async (value) => {
      const { problems, layers } = await load({ values: { a: value, b: [value], c: 1 } });

      expect(codesOf(problems)).toEqual(['CONFIG_INVALID_VALUE', 'CONFIG_INVALID_VALUE']);
      expect(toPlain(layers.values.data)).toEqual({ b: [], c: 1 });
    },
  );

  it('is copied', async () => {
    const values = { list: [{ a: 1 }] };

    const { layers } = await load({ values });
    values.list[0] = { a: 2 };

    expect(toPlain(layers.values.data)).toEqual({ list: [{ a: 1 }] });
  });
});

describe('a configuration source', () => {
  it('is a layer over the files, in the order of the list', async () => {
    const directory = givenFolder({ 'default.yaml': 'a: 1' });
    const sources = [
      { name: 'vault', load: () => Promise.resolve({ a: 2 }) },
      { name: 'flags', load: () => ({ 'a.b': 3 }) },
    ];

    const { layers, data } = await load({ directory, sources });

    expect(data).toEqual([{ a: 1 }, { a: 2 }, { a: { b: 3 } }]);
    expect(layers.layers.slice(1).map(({ origin }) => origin)).toEqual(['vault', 'flags']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('sealed');
      },
    ],
    ['rejects', () => Promise.reject(new Error('sealed'))],
    [
      'gives what throws when it is read',
      () => ({
        get a(): number {
          throw new Error('sealed');
        },
      }),
    ],
  ])('that %s is reported by its name, and the others are loaded', async (_, fail) => {
    const sources = [
      { name: 'vault', load: fail },
      { name: 'flags', load: () => ({ a: 1 }) },
    ];

    const { problems, data } = await load({ sources });

    expect(problems).toMatchObject([
      { code: 'CONFIG_UNREADABLE', what: 'The configuration source "vault" failed: sealed' },
    ]);
    expect(data).toEqual([{}, { a: 1 }]);
  });
});

describe('the options of configuration', () => {
  it.each([
    ['INVALID_OPTION', { directory: 1 }],
    ['INVALID_OPTION', { directory: '' }],
    ['INVALID_OPTION', { directory: true }],
    ['INVALID_OPTION', { env: 'x' }],
    ['INVALID_OPTION', { env: { DAEMONRY__SHUTDOWN__GRACE: 5 } }],
    ['INVALID_OPTION', { env: { DAEMONRY__SHUTDOWN__GRACE: null } }],
    ['INVALID_OPTION', { values: [] }],
    ['INVALID_OPTION', { sources: [{ name: 'x' }] }],
    ['INVALID_OPTION', { sources: {} }],
    ['UNKNOWN_OPTION', { directry: 'x' }],
  ])('are refused with %s for %j', async (code, options) => {
    expect(codesOf((await load(options as never)).problems)).toEqual([code]);
  });

  it('may be undefined one by one', async () => {
    const { problems } = await load({ values: undefined, sources: undefined });

    expect(problems).toEqual([]);
  });
});

describe('the environment', () => {
  it('gives the variables that begin with DAEMONRY__, sorted', async () => {
    const { layers } = await load({
      env: { DAEMONRY__B: '2', DAEMONRY__A: '1', DAEMONRY_ENV: '', PATH: '/', DAEMONRY__C: undefined },
    });

    expect(layers.variables).toEqual([
      { name: 'DAEMONRY__A', text: '1' },
      { name: 'DAEMONRY__B', text: '2' },
    ]);
  });

  it.each(['DAEMONRY_SLACK__BOT_TOKEN', 'daemonry__slack__bot_token', 'DAEMONRY_LISTENERS__ORDER_SYNC__INTERVAL'])(
    'has its variables begin with DAEMONRY__: what was probably meant to is reported, without its text: %s',
    async (name) => {
      const { layers, problems } = await load({ env: { [name]: 'xoxb-secret', DAEMONRY_SERVICE_HOST: '10.0.0.1' } });

      expect(layers.variables).toEqual([]);
      expect(codesOf(problems)).toEqual(['CONFIG_UNKNOWN_KEY']);
      expect(problems[0]?.what).toMatch(/Did you mean "DAEMONRY__[A-Z]/i);
      expect(JSON.stringify(problems)).not.toContain('xoxb');
    },
  );

  it('is that of the process unless another is given', async () => {
    process.env['DAEMONRY__FROM_PROCESS'] = 'x';
    try {
      const problems = new Problems();
      const layers = await loadLayers({ directory: false }, problems);

      expect(layers.variables).toContainEqual({ name: 'DAEMONRY__FROM_PROCESS', text: 'x' });
    } finally {
      delete process.env['DAEMONRY__FROM_PROCESS'];
    }
  });
});

describe('the base directory', () => {
  it('is the folder of the nearest package.json above the entry, links resolved', () => {
    const folder = givenFolder({ 'app/package.json': '{}', 'app/dist/src/main.js': '', 'bin/placeholder': '' });
    symlinkSync(join(folder, 'app/dist/src/main.js'), join(folder, 'bin/main'));

    expect(findBaseDirectory(join(folder, 'bin/main'), '/elsewhere')).toBe(join(folder, 'app'));
  });

  it('is found from a folder, and from a file without its ending, as `node` takes them', () => {
    const folder = givenFolder({ 'package.json': '{}', 'dist/main.js': '' });

    expect(findBaseDirectory(folder, '/elsewhere')).toBe(folder);
    expect(findBaseDirectory(join(folder, 'dist/main'), '/elsewhere')).toBe(folder);
  });

  it('is the working directory without an entry file', () => {
    expect(findBaseDirectory(undefined, '/elsewhere')).toBe('/elsewhere');
    expect(findBaseDirectory('/no/such/file.js', '/elsewhere')).toBe('/elsewhere');
  });
});
