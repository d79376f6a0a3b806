import { slackClientModule } from '@daemonry/modules/slack_client';
import { createTestApplication } from 'daemonry/testing';

jest.mock('@slack/web-api', () => {
  throw Object.assign(new Error("Cannot find module '@slack/web-api'"), { code: 'MODULE_NOT_FOUND' });
});

const givenClient = async (slack: Record<string, unknown>) => {
  const app = await createTestApplication({ modules: [slackClientModule()], config: { values: { slack } } });
  await app.start();
  return app.status().listeners;
};

describe('the Slack client without the library of Slack', () => {
  it('is disabled as ever where no token is configured', async () => {
    expect(await givenClient({})).toMatchObject([{ name: 'slack_client', state: 'disabled' }]);
  });

  it('fails its startup with a token, naming the package and how to install it', async () => {
    expect(await givenClient({ botToken: 'xoxb-1' })).toMatchObject([
      {
        state: 'startup_failed',
        error: {
          code: 'PACKAGE_MISSING',
          message: expect.stringContaining('npm install @slack/web-api@8') as string,
        },
      },
    ]);
  });
});
