import { BootError, type Plugin } from 'daemonry';
import { type ReasoningEngine, reasoningEngineModule } from '@daemonry/modules/reasoning_engine';
import { createTestApplication } from 'daemonry/testing';

import { endModels, givenModel, type GivenModelOptions, givenRunningModel } from './support/givenModel';
import { silence } from './support/givenReplies';
import { ANTHROPIC, type ModelWire, OPENAI } from './support/modelWires';

afterEach(endModels);

async function givenFailedBoot(wire: ModelWire, options: GivenModelOptions): Promise<unknown> {
  const { app } = await givenModel(wire, options);
  return app.start().catch((error: unknown) => error);
}

describe('the reasoning engine with a provider of models', () => {
  describe.each([ANTHROPIC, OPENAI])('$provider', (wire) => {
    it('does not start without its key, and says which variable to set', async () => {
      const error = await givenFailedBoot(wire, { models: { apiKey: undefined } });

      expect(error).toBeInstanceOf(BootError);
      expect(error).toMatchObject({
        listenerName: 'reasoning_engine',
        cause: {
          code: 'REASONING_PROVIDER_UNCONFIGURED',
          provider: wire.provider,
          missing: 'apiKey',
          message: expect.stringContaining(
            `DAEMONRY__REASONING_ENGINE__${wire.provider.toUpperCase()}__API_KEY`,
          ) as string,
        },
      });
    });

    it('does not start without an identity', async () => {
      expect(await givenFailedBoot(wire, { identity: '' })).toMatchObject({
        listenerName: 'reasoning_engine',
        cause: { code: 'IDENTITY_MISSING' },
      });
    });

    it('does not start with an empty identity', async () => {
      expect(await givenFailedBoot(wire, { identity: ' \n' })).toMatchObject({ cause: { code: 'IDENTITY_MISSING' } });
    });

    it('starts without a call: whether the key is good is seen with the first question', async () => {
      const { calls } = await givenRunningModel(wire);

      expect(calls).toHaveLength(0);
    });

    it.each([
      ['http beyond loopback', { baseUrl: 'http://models.example/v1' }, 'baseUrl'],
      ['credentials in the address', { baseUrl: 'https://a:b@models.example/v1' }, 'baseUrl'],
      ['a key of two lines', { apiKey: 'sk-swordfish\n456' }, 'apiKey'],
      ['a price below zero', { prices: [{ model: 'small-1', input: -1, output: 1 }] }, 'prices'],
      ['two prices of one model', { prices: [1, 2].map((input) => ({ model: 'a', input, output: 1 })) }, 'prices'],
    ])('refuses %s before anything starts', async (_what, models, setting) => {
      const error = await givenModel(wire, { models }).catch((reason: unknown) => String(reason));

      expect(error).toContain(`reasoning_engine.${wire.provider}.${setting}`);
      expect(error).not.toContain('swordfish');
    });
  });

  it('needs the name of a model for an OpenAI-compatible endpoint', async () => {
    expect(await givenFailedBoot(OPENAI, { models: { model: undefined, strongModel: undefined } })).toMatchObject({
      cause: { code: 'REASONING_PROVIDER_UNCONFIGURED', missing: 'model' },
    });
  });

  it('has defaults for everything of Anthropic but the key', async () => {
    const app = await createTestApplication({
      modules: [reasoningEngineModule()],
      plugins: [marvin],
      config: { values: { reasoning_engine: { provider: 'anthropic', anthropic: { apiKey: 'sk-swordfish' } } } },
    });

    await app.start();

    expect(app.status().listeners).toMatchObject([{ name: 'reasoning_engine', state: 'running' }]);
    expect(app.logs.filter(({ level }) => level === 'warn')).toEqual([]);
    await app.stop();
  });

  it('speaks as the plugin says that gives an identity', async () => {
    const { ask, requests } = await givenRunningModel(ANTHROPIC, {
      plugins: [marvin],
      replies: [ANTHROPIC.says('Sigh.')],
    });

    await ask('how are you?');

    expect(requests()[0]?.system).toBe('Here I am, brain the size of a planet.');
  });

  describe('when the application stops', () => {
    it('gives up what is being answered', async () => {
      const { app, ask, untilCalls } = await givenRunningModel(ANTHROPIC, { replies: [silence] });
      const answering = ask('hello?');
      await untilCalls(1);

      const { code } = await app.stop();

      expect(code).toBe(0);
      expect(await answering).toMatchObject({ ok: false, code: 'not_running' });
      expect(await ask('hello?')).toMatchObject({ ok: false, code: 'not_running' });
    });

    it('waits for nothing that hangs', async () => {
      const { app, ask, untilCalls } = await givenRunningModel(ANTHROPIC, {
        tools: [
          {
            name: 'hang',
            description: 'Hangs.',
            inputSchema: { type: 'object' },
            call: () => new Promise(() => undefined),
          },
        ],
        replies: [ANTHROPIC.wants([{ id: 'call_1', name: 'hang', input: {} }])],
      });
      const answering = ask('hello?');
      await untilCalls(1);

      await app.stop();

      expect(await answering).toMatchObject({ ok: false, code: 'not_running' });
    });

    it('and another one starts in the same process, that one answers', async () => {
      const first = await givenRunningModel(ANTHROPIC, { replies: [ANTHROPIC.says('one')] });
      expect(await first.ask('who?')).toMatchObject({ text: 'one' });
      await first.app.stop();

      const second = await givenRunningModel(ANTHROPIC, { replies: [ANTHROPIC.says('two')] });

      expect(await second.ask('who?')).toMatchObject({ text: 'two' });
      expect(await first.ask('who?')).toMatchObject({ code: 'not_running' });
    });
  });

  it('is the one object behind both registries, and the only daemon whose failure is fatal', async () => {
    const { app, engine } = await givenRunningModel(ANTHROPIC);

    expect(app.daemons.resolve<ReasoningEngine>('reasoning_engine')).toBe(engine);
    expect(app.daemons.get('reasoning_engine')).toMatchObject({
      fatalOnStartupFailure: true,
      tasks: [],
      shutdownTimeout: 10_000,
    });
  });
});

const marvin: Plugin = {
  name: 'marvin',
  register: (context) => {
    context.registerIdentityProvider(() => ({ name: 'Marvin', prompt: 'Here I am, brain the size of a planet.' }));
  },
};
