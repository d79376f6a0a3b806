import { IsInt, IsString } from 'class-validator';

import { Nested, Secret, Settings } from '../../decorators/settings';
import { codesOf, givenFolder, resolved, resolvedCleanly } from './given';

import { Channel, Retry, SlackSettings } from './SlackSettings';
import { problemsOf, schema, slack } from './givenSettings';

describe('a settings object', () => {
  it('is an instance of its class, with the initializers as defaults', async () => {
    const settings = await slack({});

    expect(settings).toBeInstanceOf(SlackSettings);
    expect(settings).toEqual(new SlackSettings());
    expect(settings.retry).toBeInstanceOf(Retry);
  });

  it('is merged key by key over all layers; lists are replaced', async () => {
    const directory = givenFolder({
      'default.yaml': 'slack:\n  limit: 1\n  tags: [a, b]\n  retry: {attempts: 7}\n  headers: {x: 1, y: {z: 1}}',
    });
    const { settings } = await resolvedCleanly(
      {
        directory,
        env: { DAEMONRY__SLACK__RETRY__PAUSE: '5s' },
        values: { slack: { limit: 2, tags: ['c'], headers: { y: { w: 2 } } } },
      },
      schema,
    );

    expect(settings.get(SlackSettings)).toMatchObject({
      limit: 2,
      tags: ['c'],
      retry: { attempts: 7, pause: '5s' },
      headers: { accept: '*', x: 1, y: { z: 1, w: 2 } },
    });
  });

  it('holds nested objects and lists of them as instances, with their own defaults', async () => {
    const settings = await slack({
      channels: [{ name: 'a' }, { name: 'b', retry: { attempts: 1 } }],
      fallback: { attempts: 0 },
    });

    expect(settings.channels).toEqual([
      { name: 'a', retry: { attempts: 3, pause: '1s' } },
      { name: 'b', retry: { attempts: 1, pause: '1s' } },
    ]);
    expect(settings.channels[0]).toBeInstanceOf(Channel);
    expect(settings.channels[1]?.retry).toBeInstanceOf(Retry);
    expect(settings.fallback).toBeInstanceOf(Retry);
  });

  it('leaves an optional nested object that nobody configures undefined', async () => {
    expect((await slack({})).fallback).toBeUndefined();
  });

  it('is frozen, everything in it included', async () => {
    const settings = await slack({ channels: [{ name: 'a' }], tags: ['x'], headers: { y: {} } });

    const parts = [
      settings,
      settings.retry,
      settings.channels,
      settings.channels[0],
      settings.tags,
      settings.headers['y'],
    ];
    expect(parts.map((part) => Object.isFrozen(part))).toEqual(parts.map(() => true));
    expect(() => Object.assign(settings, { limit: 3 })).toThrow(TypeError);
  });

  it('does not freeze what a default shares with others', async () => {
    const shared = { hosts: ['a'] };
    @Settings('sharing')
    class Sharing {
      hosts = shared.hosts;
      all = shared;
    }

    const { settings } = await resolvedCleanly({}, { settings: [Sharing] });

    expect(Object.isFrozen(settings.get(Sharing))).toBe(true);
    expect(Object.isFrozen(shared)).toBe(false);
    expect(Object.isFrozen(shared.hosts)).toBe(false);
  });

  it('keeps defaults that are no plain data as they are', async () => {
    const at = new Date(0);
    @Settings('odd')
    class Odd {
      at = at;
      pattern = /x/;
      bytes = Buffer.from('x');
      make = () => 1;
      nothing: string | null = null;
    }

    const { settings, values } = await resolvedCleanly({}, { settings: [Odd] });

    expect(settings.get(Odd)).toMatchObject({ at, pattern: /x/, nothing: null });
    expect(JSON.parse(JSON.stringify(values))).toEqual(values);
  });

  it('inherits the fields of its base class', async () => {
    class Base {
      @IsInt()
      size = 1;
      @Secret()
      password = 'base-password';
    }
    @Settings('derived')
    class Derived extends Base {
      @IsInt()
      extra = 2;
    }

    const { settings, secrets } = await resolvedCleanly({ values: { derived: { size: 5 } } }, { settings: [Derived] });

    expect(settings.get(Derived)).toEqual({ size: 5, extra: 2, password: 'base-password' });
    expect(secrets).toEqual(['base-password']);
    expect(codesOf(await problemsOf({ size: 'x' }, Derived, 'derived'))).toEqual(['CONFIG_INVALID_VALUE']);
  });

  it('may contain objects of its own class', async () => {
    class Tree {
      @IsString()
      name = '';
      @Nested(() => Tree)
      children: Tree[] = [];
    }
    @Settings('tree')
    class TreeSettings {
      @Nested(() => Tree)
      root = new Tree();
    }
    const given = { root: { children: [{ name: 'a', children: [{ name: 'b' }] }] } };

    const { settings } = await resolvedCleanly({ values: { tree: given } }, { settings: [TreeSettings] });

    expect((settings.get(TreeSettings) as TreeSettings).root.children[0]?.children[0]).toBeInstanceOf(Tree);
    expect(await problemsOf({ root: { children: [{ children: [{ name: 1 }] }] } }, TreeSettings, 'tree')).toMatchObject(
      [{ what: expect.stringContaining('"tree.root.children[0].children[0].name" is not valid') as string }],
    );
  });

  it('stands under a dotted key', async () => {
    @Settings('mail.smtp')
    class Smtp {
      @IsString()
      host = 'localhost';
    }
    @Settings('mail.imap')
    class Imap {
      @IsString()
      host = 'localhost';
    }
    const options = { values: { 'mail.smtp.host': 'a' }, env: { DAEMONRY__MAIL__IMAP__HOST: 'b' } };

    const { settings } = await resolvedCleanly(options, { settings: [Smtp, Imap] });

    expect([settings.get(Smtp), settings.get(Imap)]).toEqual([{ host: 'a' }, { host: 'b' }]);
    expect((await resolved({ values: { 'mail.smpt': {} } }, { settings: [Smtp, Imap] })).problems).toMatchObject([
      { code: 'CONFIG_UNKNOWN_KEY', what: expect.stringContaining('Did you mean "smtp"?') as string },
    ]);
  });
});
