import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { toPlain } from '../../src/configuration/tree/ConfigTree';
import { loadLayers } from '../../src/configuration/layers/loadLayers';
import type { ConfigOptions } from '../../src/contracts/configuration';
import { Problems } from '../../src/errors/Problem';
import { codesOf, givenFolder } from './given';

async function load(options: ConfigOptions) {
  const problems = new Problems();
  const layers = await loadLayers({ env: false, directory: false, ...options }, problems);
  return { layers, problems: problems.list, data: layers.layers.map(({ data }) => toPlain(data)) };
}

describe('configuration files', () => {
  it('are default.yaml, and over it that of the environment', async () => {
    const directory = givenFolder({ 'default.yaml': 'a: 1', 'production.yaml': 'a: 2', 'other.yaml': 'a: 3' });

    const { layers, data, problems } = await load({ directory, env: { DAEMONRY_ENV: 'production' } });

    expect(problems).toEqual([]);
    expect(data).toEqual([{ a: 1 }, { a: 2 }]);
    expect(layers.layers.map(({ origin }) => origin)).toEqual([
      join(directory, 'default.yaml'),
      join(directory, 'production.yaml'),
    ]);
  });

  it.each([
    [{ DAEMONRY_ENV: 'one', NODE_ENV: 'two' }, 'one'],
    [{ DAEMONRY_ENV: '', NODE_ENV: 'two' }, 'two'],
    [{}, 'development'],
    [false as const, 'development'],
  ])('of the environment that %j names', async (env, expected) => {
    const directory = givenFolder({ 'one.yaml': '', 'two.yaml': '', 'development.yaml': '' });

    const { layers, problems } = await load({ directory, env });

    expect(layers.environmentName).toBe(expected);
    expect(problems).toEqual([]);
  });

  it('are refused when DAEMONRY_ENV names an environment that has none, listing those there are', async () => {
    const directory = givenFolder({ 'default.yaml': '', 'production.yaml': '' });

    const { problems } = await load({ directory, env: { DAEMONRY_ENV: 'prodution' } });

    expect(codesOf(problems)).toEqual(['CONFIG_ENVIRONMENT_UNKNOWN']);
    expect(problems[0]).toMatchObject({
      what: expect.stringContaining('Did you mean "production"?') as string,
      facts: { folder: directory, files: 'default.yaml, production.yaml' },
    });
  });

  it('are not asked for by NODE_ENV in a folder without a YAML file, such as one of source code', async () => {
    const directory = givenFolder({ 'database.ts': '' });

    expect((await load({ directory, env: { NODE_ENV: 'production' } })).problems).toEqual([]);
    expect(codesOf((await load({ directory, env: { DAEMONRY_ENV: 'production' } })).problems)).toEqual([
      'CONFIG_ENVIRONMENT_UNKNOWN',
    ]);
  });

  it('are asked for by NODE_ENV in a folder that is in use', async () => {
    const directory = givenFolder({ 'default.yaml': '' });

    expect(codesOf((await load({ directory, env: { NODE_ENV: 'production' } })).problems)).toEqual([
      'CONFIG_ENVIRONMENT_UNKNOWN',
    ]);
  });

  it('need no file of the environment that nobody named', async () => {
    const directory = givenFolder({ 'default.yaml': 'a: 1' });

    expect(await load({ directory, env: {} })).toMatchObject({ problems: [], data: [{ a: 1 }] });
  });

  it('cannot be reached outside their folder through the name of the environment', async () => {
    const parent = givenFolder({ 'secret.yaml': 'a: 1', 'config/default.yaml': '' });

    const { data, problems } = await load({ directory: join(parent, 'config'), env: { DAEMONRY_ENV: '../secret' } });

    expect(codesOf(problems)).toEqual(['CONFIG_ENVIRONMENT_UNKNOWN']);
    expect(data).toEqual([{}]);
  });

  it('are refused when their folder was named and does not exist', async () => {
    const { problems } = await load({ directory: join(givenFolder(), 'nowhere'), env: { DAEMONRY_ENV: 'x' } });

    expect(codesOf(problems)).toEqual(['CONFIG_UNREADABLE']);
  });

  it('are not read with `directory: false`, whatever the environment is called', async () => {
    expect(await load({ directory: false, env: { DAEMONRY_ENV: 'x' } })).toMatchObject({ data: [], problems: [] });
  });

  it('that end in .yml are reported, not passed over', async () => {
    const directory = givenFolder({ 'default.yml': 'a: 1' });

    const { problems } = await load({ directory });

    expect(problems).toMatchObject([{ code: 'CONFIG_UNREADABLE', fix: 'rename it to default.yaml.' }]);
  });

  it.each([
    ['a syntax error', 'a: 1\nb: {c: 1', /default\.yaml:2:9 /],
    ['a duplicate key', 'a: 1\na: 2', /default\.yaml:2:1 .*unique/],
    ['a tab', 'a:\n\tb: 1', /default\.yaml:2:1 .*Tabs/],
    ['an unknown tag', 'a: !exec ls', /default\.yaml:1:4 .*tag/],
    ['a key that is no text', '? [a]\n: b', /default\.yaml:1:3 .*strings/],
    ['two documents', 'a: 1\n---\nb: 1', /default\.yaml:2:1 .*multiple documents/],
    ['an unknown alias', 'a: *b', /default\.yaml cannot be read: .*alias/],
    ['a bomb of aliases', bomb(), /default\.yaml cannot be read: .*alias/],
    ['a tower of brackets', '['.repeat(20_000), /default\.yaml:1:\d+ .*call stack/],
    ['more than a MiB', `a: ${'x'.repeat(1024 * 1024)}`, /default\.yaml has \d+ bytes/],
  ])('with %s are refused, saying where', async (_, text, expected) => {
    const { problems, data } = await load({ directory: givenFolder({ 'default.yaml': text }) });

    expect(codesOf(problems)).toEqual(['CONFIG_UNREADABLE']);
    expect(problems[0]?.what).toMatch(expected);
    expect(data).toEqual([{}]);
  });

  it('with a syntax error are not quoted, because they may hold secrets', async () => {
    const { problems } = await load({ directory: givenFolder({ 'default.yaml': 'token: "xoxb-123\nb: 1' }) });

    expect(codesOf(problems)).toEqual(['CONFIG_UNREADABLE']);
    expect(JSON.stringify(problems)).not.toContain('xoxb');
  });

  it.each(['- 1', 'text', '12'])('that hold no mapping are refused: %j', async (text) => {
    expect(codesOf((await load({ directory: givenFolder({ 'default.yaml': text }) })).problems)).toEqual([
      'CONFIG_INVALID_VALUE',
    ]);
  });

  it('that cannot be opened are reported', async () => {
    const directory = givenFolder();
    mkdirSync(join(directory, 'default.yaml'));

    expect(codesOf((await load({ directory })).problems)).toEqual(['CONFIG_UNREADABLE']);
  });

  it('that are empty, or hold comments only, say nothing', async () => {
    const directory = givenFolder({ 'default.yaml': '# nothing yet\n' });

    expect(await load({ directory })).toMatchObject({ data: [{}], problems: [] });
  });

  it('keep `off` a text', async () => {
    const directory = givenFolder({ 'default.yaml': 'interval: off' });

    expect((await load({ directory })).data).toEqual([{ interval: 'off' }]);
  });
});

function bomb(): string {
  const lines = ['a0: &a0 [x, x]'];
  for (let level = 1; level < 12; level++) {
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  }
  return lines.join('\n');
}
