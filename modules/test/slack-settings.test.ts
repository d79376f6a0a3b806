import { PlanError } from 'daemonry';
import { slackClientModule } from '@daemonry/modules/slack_client';
import { createTestApplication } from 'daemonry/testing';

const TOKEN = 'xoxb-swordfish-123';

describe('the settings of the Slack client', () => {
  it.each([
    ['http beyond loopback', { apiUrl: 'http://slack.example/api/' }, 'apiUrl'],
    ['a URL without a slash at the end', { apiUrl: 'https://slack.com/api' }, 'apiUrl'],
    ['a URL with credentials', { apiUrl: 'https://a:b@slack.com/api/' }, 'apiUrl'],
    ['a token with a line break', { botToken: `${TOKEN}\n` }, 'botToken'],
    ['a timeout beyond the limit', { timeout: '1h' }, 'timeout'],
  ])('refuse %s', async (_what, slack, path) => {
    const error = await createTestApplication({
      modules: [slackClientModule()],
      config: { values: { slack } },
    }).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(PlanError);
    expect(String(error)).toContain(`slack.${path}`);
    expect(String(error)).not.toContain('swordfish');
  });
});
