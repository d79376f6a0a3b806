import { mcpConsumptionModule } from '@daemonry/modules/mcp_consumption';
import { createTestApplication } from 'daemonry/testing';

jest.mock('@modelcontextprotocol/sdk/client/index.js', () => {
  throw Object.assign(new Error("Cannot find module '@modelcontextprotocol/sdk/client/index.js'"), {
    code: 'MODULE_NOT_FOUND',
  });
});

const givenListeners = async (endpoints: readonly Record<string, unknown>[]) => {
  const app = await createTestApplication({
    modules: [mcpConsumptionModule()],
    config: { values: { mcp_consumption: { endpoints } } },
  });
  await app.start();
  return app.status().listeners;
};

describe('mcp_consumption without its library', () => {
  it('is disabled as ever without endpoints', async () => {
    expect(await givenListeners([])).toMatchObject([{ state: 'disabled' }]);
  });

  it('fails its startup with endpoints, naming the package and how to install it', async () => {
    expect(await givenListeners([{ name: 'local', transport: 'stdio', command: 'true' }])).toMatchObject([
      {
        state: 'startup_failed',
        error: {
          code: 'PACKAGE_MISSING',
          message: expect.stringContaining('npm install @modelcontextprotocol/sdk@1') as string,
        },
      },
    ]);
  });
});
