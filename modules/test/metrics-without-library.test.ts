import { metricsModule } from '@daemonry/modules/metrics';
import { createTestApplication } from 'daemonry/testing';

import { findPromClient } from '../metrics/exposition';

jest.mock('prom-client', () => {
  throw Object.assign(new Error("Cannot find module 'prom-client'"), { code: 'MODULE_NOT_FOUND' });
});

const HOW_TO_INSTALL = expect.stringContaining('npm install prom-client@15') as string;
const notFound = (): never => {
  throw new Error('it is nowhere');
};

describe('the metrics module without prom-client', () => {
  it('says at its startup which package is missing, and how to install it', () => {
    const missing = expect.objectContaining({ code: 'PACKAGE_MISSING', message: HOW_TO_INSTALL }) as Error;
    expect(() => findPromClient(notFound)).toThrow(missing);
    // Nothing is told twice.
    expect(() => findPromClient(notFound)).toThrow(
      expect.not.objectContaining({ cause: expect.anything() as unknown }) as Error,
    );
  });

  it('degrades the application, saying so, if it is found and cannot be loaded', async () => {
    const app = await createTestApplication({ modules: [metricsModule()] });
    await app.start();
    await new Promise((resolve) => setImmediate(resolve));

    expect(app.status()).toMatchObject({
      state: 'degraded',
      listeners: [{ name: 'metrics', state: 'died', error: { code: 'DAEMON_DIED', message: HOW_TO_INSTALL } }],
    });
    await app.stop();
  });
});
