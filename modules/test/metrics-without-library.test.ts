import { metricsModule } from '@daemonry/modules/metrics';
import { createTestApplication } from 'daemonry/testing';

jest.mock('prom-client', () => {
  throw Object.assign(new Error("Cannot find module 'prom-client'"), { code: 'MODULE_NOT_FOUND' });
});

describe('the metrics module without prom-client', () => {
  it('plans, and degrades the application naming the package and how to install it', async () => {
    const app = await createTestApplication({ modules: [metricsModule()] });
    await app.start();

    expect(app.status()).toMatchObject({
      state: 'degraded',
      listeners: [
        {
          name: 'metrics',
          state: 'startup_failed',
          error: {
            code: 'PACKAGE_MISSING',
            message: expect.stringContaining('npm install prom-client@15') as string,
          },
        },
      ],
    });
  });
});
