import { webModule } from '@daemonry/modules/web';
import { createTestApplication } from 'daemonry/testing';

jest.mock('fastify', () => {
  throw Object.assign(new Error("Cannot find module 'fastify'"), { code: 'MODULE_NOT_FOUND' });
});

describe('the web module without fastify', () => {
  it('plans, and aborts the boot naming the package and how to install it', async () => {
    const app = await createTestApplication({ modules: [webModule()], config: { values: { web: { port: 0 } } } });

    await expect(app.start()).rejects.toMatchObject({
      listenerName: 'web',
      cause: {
        code: 'PACKAGE_MISSING',
        message: expect.stringContaining('"fastify"') as string,
        fix: expect.stringContaining('npm install fastify@5') as string,
      },
    });
  });
});
