import { tracingModule } from '@daemonry/modules/tracing';
import { createTestApplication } from 'daemonry/testing';

jest.mock('@opentelemetry/api', () => {
  throw Object.assign(new Error("Cannot find module '@opentelemetry/api'"), { code: 'MODULE_NOT_FOUND' });
});

describe('the tracing module without the API of OpenTelemetry', () => {
  it('plans, and fails the boot naming the package and how to install it', async () => {
    const app = await createTestApplication({ modules: [tracingModule()] });

    await expect(app.start()).rejects.toMatchObject({
      code: 'PACKAGE_MISSING',
      message: expect.stringContaining('"@opentelemetry/api"') as string,
      fix: expect.stringContaining('npm install @opentelemetry/api@1') as string,
    });
  });
});
