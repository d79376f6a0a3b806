import { injectable } from 'inversify';

import { BackgroundDaemon } from '../../decorators/listeners';
import { Settings } from '../../decorators/settings';
import { daemon } from './support/classes';
import { planOf, problemsOf } from './support/planOf';

const codesOf = async (given: Parameters<typeof planOf>[0]): Promise<string[]> =>
  (await problemsOf(given)).map(({ code }) => code);

@injectable()
class Query {}

describe('A section of the configuration whose settings class is not found', () => {
  @Settings('greeter')
  class GreeterSettings {
    audience = 'world';
  }
  @injectable()
  class Greeting {
    constructor(readonly settings: GreeterSettings) {}
  }
  @BackgroundDaemon()
  class Greeter {
    constructor(readonly greeting: Greeting) {}
  }
  @BackgroundDaemon()
  class Compiled {
    constructor(readonly query: Query) {}
  }
  Reflect.deleteMetadata('design:paramtypes', Compiled);
  const values = { greeter: { audience: 'all' } };

  it.each<[string, Parameters<typeof planOf>[0], string[]]>([
    ['of a constructor nothing is known', { listeners: [Compiled], services: [Query] }, ['MISSING_METADATA']],
    ['an identifier is undefined', { listeners: [daemon('Lost', {}, undefined as never)] }, ['MISSING_METADATA']],
    ['the service that injects it is bound nowhere', { listeners: [Greeter] }, ['MISSING_BINDING']],
    ['it is overridden', { listeners: [Greeter], services: [Greeting], overrides: [[GreeterSettings, {}]] }, []],
    [
      'the service that injects it is overridden',
      { listeners: [Greeter], services: [Greeting], overrides: [[Greeting, {}]] },
      [],
    ],
  ])('is not said to be unknown where %s', async (_why, given, codes) => {
    expect(await codesOf({ ...given, values })).toEqual(codes);
  });

  it('is not said to be unknown beside one that is found', async () => {
    @Settings('mail.smtp')
    class SmtpSettings {
      host = 'localhost';
    }
    const listeners = [Compiled, daemon('Mailer', {}, SmtpSettings)];

    expect(
      await codesOf({ listeners, services: [Query], values: { mail: { smtp: { host: 'a' }, imap: { host: 'b' } } } }),
    ).toEqual(['MISSING_METADATA']);
  });

  it('is said to be unknown where everything that is injected is known, and beside an override', async () => {
    const given = { services: [Query, Greeting], listeners: [Greeter], values: { greter: {} } };

    expect(await codesOf(given)).toEqual(['CONFIG_UNKNOWN_KEY']);
    expect(await codesOf({ ...given, overrides: [[GreeterSettings, {}]] })).toEqual(['CONFIG_UNKNOWN_KEY']);
  });
});
