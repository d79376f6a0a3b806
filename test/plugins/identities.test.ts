import { join } from 'node:path';

import { BackgroundDaemon, Identities, type Identity, type IdentityProvider } from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';
import { plugin } from './support/given';
import { givenFolder } from './support/givenPackages';

const MARVIN: Identity = { name: 'Marvin', prompt: 'Here I am.', metadata: { version: '1' } };

@BackgroundDaemon()
class Speaker {
  constructor(readonly identities: Identities) {}
}

/** An application with a provider for each plugin, by priority. */
async function appWith(providers: readonly unknown[], identityFile = '/no/such/file'): Promise<TestApplication> {
  return createTestApplication({
    name: 'ship',
    listeners: [Speaker],
    config: { values: { 'plugins.identityFile': identityFile } },
    plugins: providers.map((provider, index) =>
      plugin(
        (context) => {
          context.registerIdentityProvider(provider as IdentityProvider);
        },
        `p${index + 1}`,
      ),
    ),
  });
}

const current = (app: TestApplication): ReturnType<Identities['current']> =>
  app.container.get(Speaker).identities.current();

describe('The identity of an application', () => {
  it('is the answer of a plugin, and says of which', async () => {
    expect(await current(await appWith([() => MARVIN]))).toEqual({ ...MARVIN, source: 'plugin p1' });
  });

  it('is that of the first by priority, and the others are not asked', async () => {
    const second = jest.fn();
    const app = await appWith([() => Promise.resolve(MARVIN), second]);

    expect((await current(app)).source).toBe('plugin p1');
    expect(second).not.toHaveBeenCalled();
  });

  it('follows the order of plugins.enabled', async () => {
    const app = await createTestApplication({
      listeners: [Speaker],
      config: { values: { 'plugins.enabled': ['eddie', 'marvin'] } },
      plugins: ['marvin', 'eddie'].map((name) =>
        plugin((context) => {
          context.registerIdentityProvider(() => ({ name, prompt: 'Hi.' }));
        }, name),
      ),
    });

    expect((await current(app)).name).toBe('eddie');
  });

  it('leaves the providers that have nothing to say in peace', async () => {
    const app = await appWith([() => undefined, () => null, async () => undefined, () => MARVIN]);

    expect((await current(app)).source).toBe('plugin p4');
    expect(app.logs.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it.each<[string, IdentityProvider | (() => unknown), RegExp]>([
    [
      'throws',
      () => {
        throw new Error('no mood');
      },
      /failed, and is passed over/,
    ],
    ['rejects', () => Promise.reject(new Error('no mood')), /failed, and is passed over/],
    ['answers with a text', () => 'Marvin', /it is not an object/],
    ['answers without a name', () => ({ prompt: 'Hi.' }), /it has no name/],
    ['answers with an empty prompt', () => ({ name: 'Marvin', prompt: ' \n' }), /its prompt is empty/],
    ['answers with metadata that are none', () => ({ ...MARVIN, metadata: 'x' }), /its metadata is no object/],
  ])('passes over a provider that %s, and says so', async (_, provider, warning) => {
    const app = await appWith([provider, () => MARVIN]);

    expect((await current(app)).source).toBe('plugin p2');
    expect(app.logs.filter(({ level }) => level === 'warn')).toEqual([
      expect.objectContaining({ message: expect.stringMatching(warning) as string, pluginName: 'p1' }),
    ]);
  });

  it('does not wait for a provider forever, and tells it so', async () => {
    let signal: AbortSignal | undefined;
    const hanging: IdentityProvider = (context) => {
      ({ signal } = context);
      return new Promise(() => undefined);
    };
    const app = await appWith([hanging, () => MARVIN]);
    const asked = current(app);
    await app.clock.advance('10s');

    expect((await asked).source).toBe('plugin p2');
    expect(signal?.aborted).toBe(true);
  });

  it('is the text of the file, under the name of the application, where no plugin gives one', async () => {
    const file = join(givenFolder({ 'identity.md': '# Ship\n\nBe kind.\n' }), 'identity.md');

    expect(await current(await appWith([() => undefined], file))).toEqual({
      name: 'ship',
      prompt: '# Ship\n\nBe kind.\n',
      source: file,
    });
  });

  it.each([
    ['is missing', undefined, 'cannot be read'],
    ['is empty', ' \n', 'is empty'],
  ])('is an error where the file is needed and %s', async (_, text, why) => {
    const file = join(givenFolder(text === undefined ? {} : { 'identity.md': text }), 'identity.md');

    await expect(current(await appWith([], file))).rejects.toMatchObject({
      name: 'IdentityMissingError',
      code: 'IDENTITY_MISSING',
      message: expect.stringContaining(why) as string,
    });
  });

  it('is not that of a plugin that failed after it had registered', async () => {
    const app = await createTestApplication({
      listeners: [Speaker],
      plugins: [
        plugin((context) => {
          context.registerIdentityProvider(() => MARVIN);
          throw new Error('no mood');
        }),
      ],
      config: { values: { 'plugins.identityFile': '/no/such/file' } },
    });

    await expect(current(app)).rejects.toMatchObject({ code: 'IDENTITY_MISSING' });
  });
});
