import { IsString } from 'class-validator';

import { Settings } from '../../decorators/settings';
import { codesOf, givenFolder, resolved, resolvedCleanly } from './given';

import { SlackSettings } from './SlackSettings';
import { schema, slack } from './givenSettings';

describe('an environment variable of a settings field', () => {
  it.each([
    ['BOT_TOKEN', 'xoxb-1', { botToken: 'xoxb-1' }],
    ['LIMIT', '5', { limit: 5 }],
    ['RATIO', '-.5e1', { ratio: -5 }],
    ['VERBOSE', 'True', { verbose: true }],
    ['LEVEL', '2', { level: 2 }],
    ['LEVEL', 'auto', { level: 'auto' }],
    ['COLOUR', 'blue', { colour: 'blue' }],
    ['TAGS', 'a,b', { tags: ['a', 'b'] }],
    ['TAGS', '["a"]', { tags: ['a'] }],
    ['PORTS', '80, 443', { ports: [80, 443] }],
    ['HEADERS', '{"b": [1]}', { headers: { accept: '*', b: [1] } }],
    ['HEADERS__X', 'y', { headers: { accept: '*', x: 'y' } }],
    ['RETRY', '{"attempts": 1}', { retry: { attempts: 1, pause: '1s' } }],
    ['RETRY__ATTEMPTS', '1', { retry: { attempts: 1, pause: '1s' } }],
    ['RETRY__PAUSE', '250', { retry: { attempts: 3, pause: 250 } }],
    ['FALLBACK__ATTEMPTS', '1', { fallback: { attempts: 1, pause: '1s' } }],
    ['CHANNELS', '[{"name": "a"}]', { channels: [{ name: 'a', retry: { attempts: 3, pause: '1s' } }] }],
    ['INITIALIZED', '5', { initialized: '5' }],
  ])('is read by its validators and default: %s=%s', async (field, text, expected) => {
    expect(await slack({}, { [`DAEMONRY__SLACK__${field}`]: text })).toMatchObject(expected);
  });

  it('is left as a text where it does not fit, for the validator to refuse', async () => {
    const { problems } = await resolved(
      { env: { DAEMONRY__SLACK__LIMIT: 'many', DAEMONRY__SLACK__VERBOSE: 'maybe' } },
      schema,
    );

    expect(problems).toMatchObject([
      { code: 'CONFIG_INVALID_VALUE', facts: { class: 'SlackSettings', from: 'DAEMONRY__SLACK__LIMIT' } },
      { code: 'CONFIG_INVALID_VALUE', facts: { class: 'SlackSettings', from: 'DAEMONRY__SLACK__VERBOSE' } },
    ]);
  });

  it('is refused where it is not JSON, without showing it', async () => {
    const { problems } = await resolved({ env: { DAEMONRY__SLACK__TAGS: '["hunter22' } }, schema);

    expect(codesOf(problems)).toEqual(['CONFIG_INVALID_VALUE']);
    expect(JSON.stringify(problems)).not.toContain('hunter22');
  });

  it.each(['TAGS__0', 'CHANNELS__0__NAME', 'CHANNELS__0__RETRY__ATTEMPTS'])(
    'does not name an item of a list, which is said: %s',
    async (field) => {
      const { problems } = await resolved({ env: { [`DAEMONRY__SLACK__${field}`]: '1' } }, schema);

      const list = `DAEMONRY__SLACK__${field.split('__', 1).join()}`;
      expect(problems).toEqual([
        {
          code: 'CONFIG_UNKNOWN_KEY',
          what: `The environment variable DAEMONRY__SLACK__${field} matches no known key: items of a list have no variables of their own.`,
          fix: `give the whole list in ${list}, as JSON: [ … ].`,
        },
      ]);
    },
  );

  it('with _FILE reads the value from a file, without its last line break', async () => {
    const folder = givenFolder({ token: 'xoxb-of-a-file\n', ratio: '5\r\n' });
    const env = { DAEMONRY__SLACK__BOT_TOKEN_FILE: `${folder}/token`, DAEMONRY__SLACK__RATIO_FILE: `${folder}/ratio` };

    const { settings, secrets, values } = await resolvedCleanly({ env }, schema);

    expect(settings.get(SlackSettings)).toMatchObject({ botToken: 'xoxb-of-a-file', ratio: 5 });
    expect(secrets).toContain('xoxb-of-a-file');
    expect(values).toContainEqual({ path: 'slack.ratio', value: '[redacted]', origin: 'DAEMONRY__SLACK__RATIO_FILE' });
  });

  it('with _FILE below a mapping of free keys is a file, too', async () => {
    const folder = givenFolder({ key: 'free-secret' });
    const env = { DAEMONRY__SLACK__HEADERS__AUTH_FILE: `${folder}/key` };

    const { settings, secrets, values } = await resolvedCleanly({ env }, schema);

    expect(settings.get(SlackSettings)).toMatchObject({ headers: { auth: 'free-secret' } });
    expect(secrets).toContain('free-secret');
    expect(JSON.stringify(values)).not.toContain('free-secret');
  });

  it('is the field itself where a field is called so', async () => {
    @Settings('tls')
    class Tls {
      @IsString()
      keyFile = '';
    }

    const { settings } = await resolvedCleanly(
      { env: { DAEMONRY__TLS__KEY_FILE: '/etc/key.pem' } },
      { settings: [Tls] },
    );

    expect(settings.get(Tls)).toEqual({ keyFile: '/etc/key.pem' });
  });

  it('with _FILE is refused when the file cannot be read', async () => {
    const { problems } = await resolved({ env: { DAEMONRY__SLACK__BOT_TOKEN_FILE: '/no/such/file' } }, schema);

    expect(problems).toMatchObject([{ code: 'CONFIG_UNREADABLE', facts: { file: '/no/such/file' } }]);
  });

  it('is refused beside its _FILE', async () => {
    const folder = givenFolder({ token: 'xoxb-file' });
    const env = { DAEMONRY__SLACK__BOT_TOKEN: 'xoxb-1', DAEMONRY__SLACK__BOT_TOKEN_FILE: `${folder}/token` };

    const { problems } = await resolved({ env }, schema);

    expect(codesOf(problems)).toEqual(['CONFIG_CONFLICT']);
    expect(problems[0]?.facts).toEqual({
      first: 'DAEMONRY__SLACK__BOT_TOKEN',
      second: 'DAEMONRY__SLACK__BOT_TOKEN_FILE',
    });
    expect(JSON.stringify(problems)).not.toMatch(/xoxb/);
  });
});
