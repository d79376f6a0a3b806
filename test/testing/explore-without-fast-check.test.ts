import { explore, replay, synthetic } from '../../src/testing';

jest.mock('fast-check', () => {
  throw Object.assign(new Error("Cannot find module 'fast-check'"), { code: 'MODULE_NOT_FOUND' });
});

describe('without fast-check', () => {
  it('explore names the package and how to install it', async () => {
    await expect(explore(synthetic(), () => true)).rejects.toMatchObject({
      code: 'FAST_CHECK_MISSING',
      message: expect.stringContaining('npm install -D fast-check') as string,
    });
  });

  it('replay works', async () => {
    const script = { application: { listeners: [{ name: 'a' }] }, faults: [], actions: [] };

    await expect(replay(synthetic(), () => true, script)).resolves.toMatchObject({ report: { code: 0 } });
  });
});
