import { IsNotEmpty, IsString, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';

import { Nested, Secret, Settings } from '../../decorators/settings';
import type { ConfigOptions } from '../../src/contracts/configuration';
import { codesOf, givenFolder, resolved, resolvedCleanly } from './given';

import { Retry, SlackSettings } from './SlackSettings';
import { problemsOf, schema } from './givenSettings';

describe('what is wrong with settings', () => {
  it('is reported all at once, a problem for each field, with path, constraints and origin', async () => {
    const problems = await problemsOf({ limit: 101.5, retry: { attempts: -1 }, channels: [{}, { name: 5 }] });

    expect(problems).toEqual([
      {
        code: 'CONFIG_INVALID_VALUE',
        what: '"slack.limit" is not valid: limit must not be greater than 100; limit must be an integer number.',
        facts: { class: 'SlackSettings', from: 'values' },
        fix: 'correct the value there.',
      },
      {
        code: 'CONFIG_INVALID_VALUE',
        what: '"slack.retry.attempts" is not valid: attempts must not be less than 0.',
        facts: { class: 'Retry', from: 'values' },
        fix: 'correct the value there.',
      },
      {
        code: 'CONFIG_INVALID_VALUE',
        what: '"slack.channels[0].name" is not configured: name must be a string.',
        facts: { class: 'Channel', from: undefined },
        fix: 'configure it in `config.values`: this application reads neither files nor variables.',
      },
      {
        code: 'CONFIG_INVALID_VALUE',
        what: '"slack.channels[1].name" is not valid: name must be a string.',
        facts: { class: 'Channel', from: 'values' },
        fix: 'correct the value there.',
      },
    ]);
  });

  it.each([
    [{ botTokn: 'x' }, 'slack.botTokn', 'botToken'],
    [{ retry: { attemps: 1 } }, 'slack.retry.attemps', 'attempts'],
    [{ channels: [{ name: 'a', retry: { attemps: 1 } }] }, 'slack.channels[0].retry.attemps', 'attempts'],
  ])('is an unknown key: %j', async (values, path, nearest) => {
    const problems = await problemsOf(values);

    expect(codesOf(problems)).toEqual(['CONFIG_UNKNOWN_KEY']);
    expect(problems[0]?.what).toContain(`"${path}"`);
    expect(problems[0]?.what).toContain(`Did you mean "${nearest}"?`);
  });

  it('never shows the value of a key that is not known, which may be a misspelt secret', async () => {
    expect(JSON.stringify(await problemsOf({ botTokn: 'xoxb-secret' }))).not.toContain('xoxb');
  });

  it.each([
    ['slack', 'x', 'a mapping'],
    ['slack.retry', 5, 'a mapping'],
    ['slack.retry', [{}], 'a mapping'],
    ['slack.channels', { name: 'a' }, 'a list'],
    ['slack.channels', 'a', 'a list'],
  ])('is a value of the wrong form: %s: %j', async (path, value, expected) => {
    const { problems } = await resolved({ values: { [path]: value } }, schema);

    expect(problems.map(({ code, what }) => [code, what])).toEqual([
      ['CONFIG_INVALID_VALUE', `The configured value of "${path}" is not ${expected}.`],
    ]);
  });

  it('is an item of a list of objects that is none', async () => {
    expect((await problemsOf({ channels: [{ name: 'a' }, 'b', ['c']] })).map(({ what }) => what)).toEqual([
      'The configured value of "slack.channels[1]" is not a mapping.',
      'The configured value of "slack.channels[2]" is not a mapping.',
    ]);
  });

  it('is a constructor that throws', async () => {
    @Settings('broken')
    class Broken {
      constructor() {
        throw new Error('no luck');
      }
    }

    expect(await problemsOf({}, Broken, 'broken')).toMatchObject([
      { code: 'CONFIG_INVALID_VALUE', what: expect.stringContaining('Broken threw an error') as string },
    ]);
  });

  it('is a validator that throws', async () => {
    @Settings('broken')
    class Broken {
      @ValidateBy({
        name: 'broken',
        validator: {
          validate: () => {
            throw new Error('no luck');
          },
        },
      })
      field = 1;
    }

    expect(await problemsOf({}, Broken, 'broken')).toMatchObject([
      { what: expect.stringContaining('no luck') as string },
    ]);
  });

  it('is what an asynchronous validator refuses', async () => {
    @Settings('remote')
    class Remote {
      @ValidateBy({
        name: 'reachable',
        validator: { validate: () => Promise.resolve(false), defaultMessage: () => 'not reachable' },
      })
      host = 'x';
    }

    expect(await problemsOf({}, Remote, 'remote')).toMatchObject([
      { what: '"remote.host" is not valid: not reachable.', facts: { from: 'default' } },
    ]);
  });

  it('is @ValidateNested without @Nested', async () => {
    @Settings('plain')
    class Plain {
      @ValidateNested()
      retry = new Retry();
    }

    expect(codesOf(await problemsOf({}, Plain, 'plain'))).toEqual(['MISUSED_DECORATOR']);
  });

  it('is reported once where @ValidateNested stands beside @Nested', async () => {
    @Settings('both')
    class Both {
      @ValidateNested()
      @Nested(() => Retry)
      retry = new Retry();
    }

    expect(codesOf(await problemsOf({ retry: { attempts: -1 } }, Both, 'both'))).toEqual(['CONFIG_INVALID_VALUE']);
  });

  it('is @Nested that gives no class', async () => {
    @Settings('circular')
    class Circular {
      @Nested(() => undefined as never)
      retry = {};
    }

    expect(await problemsOf({ retry: {} }, Circular, 'circular')).toMatchObject([
      { what: expect.stringContaining('circular import') as string },
    ]);
  });

  it('is a broken class inside each class that holds it', async () => {
    class Inner {
      @Nested(() => undefined as never)
      deep = {};
    }
    @Settings('one')
    class One {
      @Nested(() => Inner)
      inner = new Inner();
    }
    @Settings('two')
    class Two {
      @Nested(() => Inner)
      inner = new Inner();
    }

    const { problems } = await resolved({ values: { one: { inner: {} } } }, { settings: [One, Two] });

    expect(problems.map(({ facts }) => facts)).toEqual([{ class: 'One' }, { class: 'Two' }]);
  });

  it.each<[string, ConfigOptions, string]>([
    [
      'files and variables',
      { directory: '.', env: process.env },
      ': as DAEMONRY__MAIL__PASSWORD, in a file that DAEMONRY__MAIL__PASSWORD_FILE names, or in a file of config/ that is not committed.',
    ],
    [
      'variables',
      { env: process.env },
      ': as DAEMONRY__MAIL__PASSWORD, or in a file that DAEMONRY__MAIL__PASSWORD_FILE names.',
    ],
    ['files', { directory: '.' }, ': in a file of config/ that is not committed.'],
    [
      'files, and variables that the code gives',
      { directory: '.', env: {} },
      ': as DAEMONRY__MAIL__PASSWORD of `config.env`, in `config.values`, or in a file of config/ that is not committed.',
    ],
    ['nothing but values', {}, ' in `config.values`: this application reads neither files nor variables.'],
  ])('names the places of a missing secret that are read, the committed ones last: %s', async (_, options, places) => {
    @Settings('mail')
    class MailSettings {
      @Secret()
      @IsString()
      password!: string;
    }
    const directory = options.directory === '.' ? givenFolder() : false;

    const { problems } = await resolved({ ...options, directory }, { settings: [MailSettings] });

    expect(problems).toMatchObject([{ fix: `configure it${places}` }]);
  });

  it('is nothing where a condition switches the validators off', async () => {
    @Settings('conditional')
    class Conditional {
      on = false;
      @ValidateIf((settings: Conditional) => settings.on)
      @IsNotEmpty()
      url?: string;
    }

    expect(await problemsOf({}, Conditional, 'conditional')).toEqual([]);
    expect(await problemsOf({ on: true }, Conditional, 'conditional')).toMatchObject([
      {
        what: expect.stringContaining('"conditional.url" is not configured') as string,
        fix: 'configure it in `config.values`: this application reads neither files nor variables.',
      },
    ]);
  });

  it.each(['listeners', 'startup.mine', 'errors'])('is the key %s of the framework', async (key) => {
    @Settings(key)
    class Mine {}

    expect(codesOf((await resolved({}, { settings: [Mine] })).problems)).toEqual(['CONFIG_KEY_COLLISION']);
  });

  it.each([
    ['mail', 'mail'],
    ['mail', 'mail.smtp'],
    ['mail.smtp', 'mail'],
    ['mail_box', 'mailBox'],
  ])('is a key that two classes share: %s and %s', async (first, second) => {
    @Settings(first)
    class First {}
    @Settings(second)
    class Second {}

    const { problems } = await resolved({}, { settings: [First, Second] });

    expect(codesOf(problems)).toEqual(['CONFIG_KEY_COLLISION']);
    expect(problems[0]?.what).toMatch(new RegExp(`"${first}".*"${second}"`));
  });

  it('is not the same class twice', async () => {
    await resolvedCleanly({}, { settings: [SlackSettings, SlackSettings] });
  });

  it.each(['', 'a..b', 'a b', '__proto__', 'a.constructor', '1a', 'a__b'])('is the key %j', async (key) => {
    @Settings(key)
    class Mine {}

    expect(codesOf((await resolved({}, { settings: [Mine] })).problems)).toEqual(['INVALID_NAME']);
  });

  it('is a class without @Settings, also below one that has it', async () => {
    class Below extends SlackSettings {}

    expect(codesOf((await resolved({}, { settings: [Below] })).problems)).toEqual(['MISUSED_DECORATOR']);
  });

  it('is two fields that the environment cannot tell apart', async () => {
    @Settings('twins')
    class Twins {
      botToken = '';
      bot_token = '';
    }

    expect(await problemsOf({}, Twins, 'twins')).toMatchObject([
      {
        code: 'CONFIG_KEY_COLLISION',
        what: expect.stringContaining('"twins.botToken" and "twins.bot_token"') as string,
      },
    ]);
  });
});
