import { Contains, Equals } from 'class-validator';

import { Nested, Secret, Settings } from '../../decorators/settings';
import { resolvedCleanly } from './given';

import { Channel } from './SlackSettings';
import { problemsOf, schema } from './givenSettings';

describe('a secret of settings', () => {
  it('is redacted in the plan, and handed to the redactor', async () => {
    const values = {
      botToken: 'xoxb-secret',
      onlySecret: 'other-secret',
      channels: [{ name: 'a', key: 'channel-secret' }],
    };
    const configuration = await resolvedCleanly({ values: { slack: values } }, schema);

    expect(configuration.values).toEqual(
      expect.arrayContaining([
        { path: 'slack.botToken', value: '[redacted]', origin: 'values' },
        { path: 'slack.onlySecret', value: '[redacted]', origin: 'values' },
        {
          path: 'slack.channels',
          value: [{ name: 'a', key: '[redacted]' }],
          origin: 'values',
        },
      ]),
    );
    expect(JSON.stringify(configuration.values)).not.toMatch(/-secret/);
    expect([...configuration.secrets].sort()).toEqual(['channel-secret', 'other-secret', 'xoxb-secret']);
  });

  it('is redacted as a whole when it is an object or a number', async () => {
    @Settings('vault')
    class Vault {
      @Secret()
      keys: Record<string, unknown> = {};
      @Secret()
      pin = 0;
      @Secret()
      @Nested(() => Channel)
      channel = new Channel();
    }
    const given = { keys: { a: 'key-a', b: ['key-b'] }, pin: 123456, channel: { name: 'hidden' } };

    const { values, secrets } = await resolvedCleanly({ values: { vault: given } }, { settings: [Vault] });

    expect(values.filter(({ path }) => path.startsWith('vault'))).toEqual([
      { path: 'vault.keys', value: '[redacted]', origin: 'values' },
      { path: 'vault.pin', value: '[redacted]', origin: 'values' },
      { path: 'vault.channel', value: '[redacted]', origin: 'values' },
    ]);
    expect(secrets).toEqual(expect.arrayContaining(['key-a', 'key-b', '123456', 'hidden']));
  });

  it('is not shown by a validator that quotes it', async () => {
    @Settings('quoting')
    class Quoting {
      @Secret()
      @Contains('x', { message: 'got $value' })
      @Equals('fixed', { message: ({ value }) => `got ${JSON.stringify(value)}` })
      token = '';
    }

    const problems = await problemsOf({ token: 'hunter22' }, Quoting, 'quoting');

    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('hunter22');
  });

  it('is not shown where it has the wrong type', async () => {
    const problems = await problemsOf({ botToken: ['hunter22'], channels: [{ name: 'a', key: { a: 'hunter22' } }] });

    expect(problems).toHaveLength(2);
    expect(JSON.stringify(problems)).not.toContain('hunter22');
  });
});
