import { type SlackClient, slackClientModule } from '@daemonry/modules/slack_client';
import type { Duration } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import { closeHttpServers } from './givenHttpServer';
import type { Reply } from './givenReplies';
import { givenSlack } from './givenSlack';

export const TOKEN = 'xoxb-swordfish-123';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;

const running: TestApplication[] = [];

/** To be called after each test. */
export async function endSlackClients(): Promise<void> {
  await Promise.all(running.splice(0).map((app) => app.stop()));
  await closeHttpServers();
}

export async function givenClient(slack: Record<string, unknown>, waits: Duration = '0ms') {
  const app = await createTestApplication({ modules: [slackClientModule()], config: { values: { slack } } });
  running.push(app);
  const started = app.start();
  await app.clock.advance(waits);
  await started;
  return { app, client: app.listeners.resolve<SlackClient>('slack_client') };
}

export async function givenPostingClient(replies: readonly Reply[], settings: Record<string, unknown> = {}) {
  const { apiUrl, calls } = await givenSlack({ replies });
  const { app, client } = await givenClient({ botToken: TOKEN, apiUrl, ...settings });
  const posts = () => calls().filter(({ method }) => method === 'chat.postMessage');
  const untilPosts = async (count: number): Promise<void> => {
    while (posts().length < count) await new Promise((resolve) => setImmediate(resolve));
    // The answer is on its way back.
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  return { app, client, posts, untilPosts };
}
