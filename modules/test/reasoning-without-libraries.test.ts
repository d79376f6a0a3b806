import { closeHttpServers } from './support/givenHttpServer';
import { endModels, givenModel, givenRunningModel } from './support/givenModel';
import { ANTHROPIC, OPENAI } from './support/modelWires';

jest.mock('@anthropic-ai/sdk', () => {
  throw Object.assign(new Error("Cannot find module '@anthropic-ai/sdk'"), { code: 'MODULE_NOT_FOUND' });
});
jest.mock('openai', () => {
  throw Object.assign(new Error("Cannot find module 'openai'"), { code: 'MODULE_NOT_FOUND' });
});

afterEach(endModels);
afterAll(closeHttpServers);

describe('the reasoning engine without the libraries of the vendors', () => {
  it('answers from the snapshot as ever', async () => {
    const { ask } = await givenRunningModel(ANTHROPIC, { settings: { provider: 'local' } });

    expect(await ask('help')).toMatchObject({ ok: true });
  });

  it.each([
    [ANTHROPIC, 'npm install @anthropic-ai/sdk@1'],
    [OPENAI, 'npm install openai@6'],
  ])('does not start with the provider $provider, and says what to install', async (wire, install) => {
    const { app } = await givenModel(wire);

    await expect(app.start()).rejects.toMatchObject({
      listenerName: 'reasoning_engine',
      cause: { code: 'PACKAGE_MISSING', fix: expect.stringContaining(install) as string },
    });
  });
});
