import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { IsInt, IsOptional, IsString } from 'class-validator';

import { Settings } from '../../decorators/settings';
import { loadLayers } from '../../src/configuration/layers/loadLayers';
import { matchAssignments } from '../../src/configuration/layers/matchTexts';
import { toPlain } from '../../src/configuration/tree/ConfigTree';
import { sectionOf } from '../../src/configuration/tree/Shape';
import type { ConfigOptions } from '../../src/contracts/configuration';
import { type Problem, Problems } from '../../src/errors/Problem';
import { givenFolder, resolved } from './given';

@Settings('account')
class Account {
  @IsOptional()
  @IsString()
  readonly password?: string;

  @IsOptional()
  @IsInt()
  readonly id?: number;
}

async function load(options: ConfigOptions) {
  const problems = new Problems();
  const { layers } = await loadLayers({ env: false, directory: false, ...options }, problems);
  return { problems: problems.list, data: layers.map(({ data }) => toPlain(data)) };
}

const settingsOf = async (options: ConfigOptions) => {
  const { configuration, problems } = await resolved(options, { settings: [Account] });
  return { account: configuration.settings.get(Account), problems };
};

const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
const unreadable = (said: string): Partial<Problem> => ({
  code: 'CONFIG_UNREADABLE',
  what: expect.stringContaining(said) as string,
});

describe('A configuration file', () => {
  it.each([
    'account: { password: !Swordfish1 x }',
    'account: { password: *Swordfish1 }',
    'password: &Swordfish1 &Swordfish2 x',
    'password: @Swordfish1',
    'password: `Swordfish1`',
    'password: "\\Swordfish1"',
    'password: "Swordfish1',
    'password: Swordfish1: Swordfish2',
    'password: [Swordfish1}',
    'password: Swordfish1\n  Swordfish2: x\n Swordfish3',
    'Swordfish1: 1\nSwordfish1: 2',
    '%Swordfish1 x\n---\na: 1',
    '<<: Swordfish1',
    '<<: [Swordfish1]',
    '--- !Swordfish1\na: 1',
    'a: !!int Swordfish1',
    'a: !!timestamp Swordfish1',
    '? Swordfish1\n? [Swordfish2]',
    '- Swordfish1\nSwordfish2: 3',
  ])('that is wrong is refused without a word of it: %s', async (text) => {
    const { problems } = await load({ directory: givenFolder({ 'default.yaml': text }) });

    expect(problems.length).toBeGreaterThan(0);
    const said = JSON.stringify(
      problems.map(({ what, fix, facts: { file, from, path, ...facts } = {} }) => [what, fix, facts]),
    );
    expect(said).not.toContain('Swordfish');
  });

  it('says the place of what is wrong in it', async () => {
    const directory = givenFolder({ 'default.yaml': 'a: 1\nb:\n  token: !Secret3 x\n' });

    expect((await load({ directory })).problems).toMatchObject([
      unreadable('default.yaml:3:10 is not valid: a tag (!)'),
    ]);
  });

  it('may begin with a byte order mark', async () => {
    const directory = givenFolder({ 'default.yaml': '\uFEFFa: ü' });

    expect(await load({ directory })).toEqual({ problems: [], data: [{ a: 'ü' }] });
  });

  it('may merge mappings into others', async () => {
    const text = 'base: &base { a: 1, b: 2 }\nother:\n  <<: *base\n  b: 3\n';

    expect((await load({ directory: givenFolder({ 'default.yaml': text }) })).data).toEqual([
      { base: { a: 1, b: 2 }, other: { a: 1, b: 3 } },
    ]);
  });

  it.each(['s:\n  <<: 5\n', 's: &s\n  <<: *s\n'])(
    'are refused where they merge what is no mapping, which is said',
    async (text) => {
      const directory = givenFolder({ 'default.yaml': text });

      expect((await load({ directory })).problems).toMatchObject([unreadable('a merge key names no mapping')]);
    },
  );

  it('may hold anchors where they configure nothing, in keys that begin with x-', async () => {
    const text = 'x-base: &base { a: 1, b: 2 }\nother:\n  <<: *base\n  x-kept: 3\n';

    expect(await load({ directory: givenFolder({ 'default.yaml': text }) })).toEqual({
      problems: [],
      data: [{ other: { a: 1, b: 2, 'x-kept': 3 } }],
    });
  });

  it.each([
    ['UTF-16', utf16('a: 1'), 'is UTF-16; save it as UTF-8'],
    ['UTF-16, the other way round', utf16('a: 1').swap16(), 'is UTF-16'],
    ['UTF-16 without a mark', Buffer.from('a: 1', 'utf16le'), 'holds a NUL character'],
    ['Latin-1', Buffer.from('a: ü', 'latin1'), 'is not UTF-8'],
    ['more than a MiB', Buffer.alloc(2_000_000, 'a'), 'has 2000000 bytes; at most 1048576 are read'],
  ])('in %s is refused, and is the reason', async (_what, bytes, said) => {
    const directory = givenFolder({});
    writeFileSync(join(directory, 'default.yaml'), bytes);

    expect((await load({ directory })).problems).toMatchObject([unreadable(said)]);
  });

  it('that is a pipe or a folder is refused, and not waited for', async () => {
    const directory = givenFolder({ 'development.yaml/x': '' });
    execFileSync('mkfifo', [join(directory, 'default.yaml')]);

    expect((await load({ directory })).problems).toMatchObject([
      unreadable('default.yaml is a pipe, not a file'),
      unreadable('development.yaml is a folder, not a file'),
    ]);
  });
});

describe('The file of a secret', () => {
  const passwordIn = (file: string) => settingsOf({ env: { DAEMONRY__ACCOUNT__PASSWORD_FILE: file } });
  const written = (bytes: Buffer): string => {
    const file = join(givenFolder({}), 'secret');
    writeFileSync(file, bytes);
    return file;
  };

  it('loses its byte order mark and the end of its last line', async () => {
    expect(await passwordIn(written(Buffer.from('\uFEFFhunter22\r\n')))).toMatchObject({
      account: { password: 'hunter22' },
      problems: [],
    });
  });

  it.each([
    ['UTF-16', utf16('hunter22')],
    ['no UTF-8', Buffer.from([104, 0xff, 105])],
  ])('in %s is refused', async (_what, bytes) => {
    const { problems } = await passwordIn(written(bytes));

    expect(problems).toMatchObject([
      { code: 'CONFIG_UNREADABLE', facts: { cause: expect.stringContaining('UTF-') as string } },
    ]);
    expect(JSON.stringify(problems)).not.toContain('hunter');
  });

  it.each(['/dev/zero', '/dev', '/proc/self/fd'])('that is %s is refused, and not waited for', async (file) => {
    expect((await passwordIn(file)).problems).toMatchObject([
      {
        code: 'CONFIG_UNREADABLE',
        facts: { cause: expect.stringMatching(/it is a (device|folder), not a file/) as string },
      },
    ]);
  });
});

describe('A number that would be rounded to an integer', () => {
  const BIG = '9007199254740993';
  const rounded = { code: 'CONFIG_INVALID_VALUE', what: expect.stringContaining('cannot be held exactly') as string };

  it.each([
    ['a file', `account: { id: ${BIG} }`],
    ['a list of a file', `account: { id: [1, ${BIG}] }`],
    ['a file, with a fraction of nothing', 'account: { id: 12345678901234567890.0 }'],
    ['a file, with a fraction', 'account: { id: 12345678901234567890.5 }'],
    ['a file, with an exponent', 'account: { id: 1e25 }'],
    ['a file, with a large exponent', 'account: { id: -1.5E+300 }'],
    ['a file, without end', 'account: { id: 1e400 }'],
    ['a file, with a small exponent', 'account: { id: 90071992547409930e-1 }'],
    ['a file, in hexadecimal digits', 'account: { id: 0x20000000000001 }'],
    ['a file, in octal digits', 'account: { id: 0o400000000000000001 }'],
    ['a file, without end, below one', 'account: { id: .5e400 }'],
  ])('is refused in %s', async (_where, text) => {
    const { problems } = await load({ directory: givenFolder({ 'default.yaml': text }) });

    expect(problems).toMatchObject([rounded]);
  });

  it.each([
    [{ DAEMONRY__ACCOUNT__ID: BIG }],
    [{ DAEMONRY__ACCOUNT: `{"password": "\\"${BIG}", "id": ${BIG}}` }],
    [{ DAEMONRY__ACCOUNT__ID: `-${BIG}` }],
    [{ DAEMONRY__ACCOUNT__ID: ` +${BIG} ` }],
    [{ DAEMONRY__ACCOUNT__ID: '12345678901234567890.0' }],
    [{ DAEMONRY__ACCOUNT__ID: '12345678901234567890.' }],
    [{ DAEMONRY__ACCOUNT__ID: '1e25' }],
    [{ DAEMONRY__ACCOUNT__ID: '1e400' }],
    [{ DAEMONRY__ACCOUNT__ID: '.12345678901234567890e20' }],
    [{ DAEMONRY__ACCOUNT: '{"id": 12345678901234567890.0}' }],
    [{ DAEMONRY__ACCOUNT: '{"id": [1, -1.5e25]}' }],
  ])('is refused in the environment: %j', async (env) => {
    expect((await settingsOf({ env })).problems).toMatchObject([rounded]);
  });

  it.each([
    [`account: { id: 9007199254740992, password: "${BIG}" }`, {}],
    ['account: { id: 0x10 }', { DAEMONRY__ACCOUNT: `{"password": "${BIG}"}` }],
    ['account: { id: 1_000 }', { DAEMONRY__ACCOUNT__ID: '1e3' }],
    ['account: { id: 1e22 }', {}],
    ['account: { id: 9007199254740992.000 }', {}],
    ['account: { id: 900719925474099200e-1 }', {}],
    ['account: { id: 0x10000000000000000 }', {}],
    ['account: { id: 1, password: "1e25" }', {}],
  ])('is refused nowhere else: %s', async (text, env) => {
    const { account, problems } = await settingsOf({ directory: givenFolder({ 'default.yaml': text }), env });

    expect(problems).toEqual([]);
    expect(typeof (account as Account).id).toBe('number');
  });
});

describe('An integer in --set', () => {
  it('is refused when it would be rounded', async () => {
    const problems = new Problems();
    const root = sectionOf('a key', new Map([['id', { kind: 'value', text: { kind: 'number' } }]]));

    matchAssignments([{ path: 'id', text: '9007199254740993' }], root, problems);

    expect(problems.list).toMatchObject([{ what: expect.stringContaining('cannot be held exactly') as string }]);
  });
});

describe('Unknown keys without end', () => {
  it('are reported as far as anybody reads, and counted', async () => {
    const values = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`unknown_section_${index}`, 1]));

    const { problems } = await settingsOf({ values });

    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toMatchObject({ code: 'CONFIG_UNKNOWN_KEY', what: '19900 more keys are not known.' });
  });

  it('are counted in the environment too, however long they are', async () => {
    const name = (index: number): string => `DAEMONRY__ACCOUNT__${'X'.repeat(1_000)}${index}`;
    const env = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [name(index), '1']));

    const { problems } = await settingsOf({ env });

    expect(problems.at(-1)).toMatchObject({ what: '2900 more environment variables are not known.' });
  });
});
