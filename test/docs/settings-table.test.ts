import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { createApplication, IsDuration, type Duration, Nested, Secret, Settings } from 'daemonry';

import { readFieldDocs } from './support/readFieldDocs';
import { settingsTable, type DocOf } from './support/settingsTable';

class Repetition {
  /** How often. */
  @IsInt()
  @Min(0)
  readonly limit: number = 3;

  /** How long to wait. */
  @IsDuration({ max: '1m' })
  readonly pause: Duration = '1s';
}

class Recipient {
  /** Who. Not checked before the first mail. */
  @IsEmail()
  readonly address!: string;
}

@Settings('mail.outbox')
class OutboxSettings {
  /** The key of the API. Default: none, which sends nothing. */
  @Secret()
  @IsOptional()
  @Matches(/^\S+$/, { message: 'apiKey must be one word' })
  readonly apiKey?: string;

  /** The name of v1.2 `a.b|c` in {@link Repetition}. More of it. */
  @IsString()
  @Length(1, 20)
  readonly senderName!: string;

  /** How loud. */
  @IsIn(['quiet', 'loud'])
  readonly volume: string = 'quiet';

  /** A note. */
  @IsOptional()
  @MaxLength(10)
  readonly note?: string;

  /** Only looks. */
  @IsBoolean()
  readonly dryRun: boolean = false;

  /** Where mail may go. */
  @IsArray()
  @ArrayMaxSize(5)
  @Matches(/^\w+$/, { each: true, message: 'each of domains must be a domain' })
  readonly domains: readonly string[] = ['first.example', 'second.example', 'third.example', 'fourth.example'];

  /** What to do again. */
  @Nested(() => Repetition)
  readonly retry: Repetition = new Repetition();

  /** Who gets a copy. */
  @Secret()
  @Nested(() => Recipient)
  @IsArray()
  readonly copies: readonly Recipient[] = [];

  /** The share. */
  @Min(0)
  @Max(1)
  readonly share: number = 0.5;
}

class Undocumented {
  @IsString()
  readonly text: string = '';
}

@Settings('undocumented')
class UndocumentedSettings extends Undocumented {}

@Settings('wordless')
class WordlessSettings {
  /** Anything. */
  @Matches(/a/)
  readonly text: string = 'a';
}

const classes = readFieldDocs(__dirname);
const docOf: DocOf = (type, field) => classes.find(({ name }) => name === type.name)?.fields.get(field);
const cells = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
    .slice(1, -1);
const rows = (): string[][] => settingsTable(OutboxSettings, docOf).split('\n').slice(2).map(cells);

describe('The table of a settings class', () => {
  it('has a row for each field, those of inner objects below it', () => {
    expect(rows()).toEqual([
      [
        '`apiKey` (secret)',
        'none, which sends nothing',
        'one word',
        '`DAEMONRY__MAIL__OUTBOX__API_KEY`',
        'The key of the API',
      ],
      [
        '`senderName`',
        'required',
        '1 to 20 characters',
        '`DAEMONRY__MAIL__OUTBOX__SENDER_NAME`',
        'The name of v1.2 `a.b\\|c` in `Repetition`',
      ],
      ['`volume`', '`quiet`', '`quiet`, `loud`', '`DAEMONRY__MAIL__OUTBOX__VOLUME`', 'How loud'],
      ['`note`', 'none', 'at most 10 characters', '`DAEMONRY__MAIL__OUTBOX__NOTE`', 'A note'],
      ['`dryRun`', '`false`', '', '`DAEMONRY__MAIL__OUTBOX__DRY_RUN`', 'Only looks'],
      [
        '`domains`',
        '4 entries',
        'at most 5 items; each a domain',
        '`DAEMONRY__MAIL__OUTBOX__DOMAINS`',
        'Where mail may go',
      ],
      ['`retry.limit`', '`3`', 'at least 0', '`DAEMONRY__MAIL__OUTBOX__RETRY__LIMIT`', 'How often'],
      ['`retry.pause`', '`1s`', 'at most 1m', '`DAEMONRY__MAIL__OUTBOX__RETRY__PAUSE`', 'How long to wait'],
      ['`copies` (secret)', '`[]`', '', '`DAEMONRY__MAIL__OUTBOX__COPIES`', 'Who gets a copy'],
      ['`copies[].address` (secret)', 'required', 'an e-mail address', '', 'Who'],
      ['`share`', '`0.5`', '0 to 1', '`DAEMONRY__MAIL__OUTBOX__SHARE`', 'The share'],
    ]);
  });

  it('is as Prettier would write it', () => {
    const lines = settingsTable(OutboxSettings, docOf).split('\n');

    expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
    expect(lines[1]).toMatch(/^\|( -{3,} \|){5}$/);
  });

  it('names the variables that set the fields', async () => {
    const values: Record<string, string> = {
      API_KEY: 'key',
      SENDER_NAME: 'Ada',
      VOLUME: 'loud',
      NOTE: 'a note',
      DRY_RUN: 'true',
      DOMAINS: 'example,test',
      RETRY__LIMIT: '1',
      RETRY__PAUSE: '2s',
      COPIES: '[{"address":"ada@example.com"}]',
      SHARE: '0.25',
    };
    const named = rows().flatMap(([, , , variable = '']) => (variable === '' ? [] : [variable.replaceAll('`', '')]));

    const env = Object.fromEntries(named.map((name) => [name, values[name.replace('DAEMONRY__MAIL__OUTBOX__', '')]]));
    const app = await createApplication({
      name: 'mail',
      listeners: [],
      services: [OutboxSettings],
      config: { directory: false, env: env as Record<string, string> },
    });

    expect(app.container.get(OutboxSettings)).toEqual({
      apiKey: 'key',
      senderName: 'Ada',
      volume: 'loud',
      note: 'a note',
      dryRun: true,
      domains: ['example', 'test'],
      retry: { limit: 1, pause: '2s' },
      copies: [{ address: 'ada@example.com' }],
      share: 0.25,
    });
    await app.stop();
  });

  it('is refused when a field has no docstring', () => {
    expect(() => settingsTable(UndocumentedSettings, docOf)).toThrow('UndocumentedSettings.text has no docstring');
  });

  it('is refused when nobody says what a validator allows', () => {
    expect(() => settingsTable(WordlessSettings, docOf)).toThrow(
      'WordlessSettings.text: the validator matches needs a message that says what it allows',
    );
  });
});
