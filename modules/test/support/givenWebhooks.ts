import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type AuditEvent, AuditLog } from '@daemonry/modules/audit_log';
import { type LoggedMessage, MessageLog } from '@daemonry/modules/message_log';
import { reasoningEngineModule } from '@daemonry/modules/reasoning_engine';
import { slackClientModule } from '@daemonry/modules/slack_client';
import { type Webhooks, webhooksModule } from '@daemonry/modules/webhooks';
import { createTestApplication } from 'daemonry/testing';

import { call } from './call';
import { closeHttpServers } from './givenHttpServer';
import type { Reply } from './givenReplies';
import { givenSlack, POSTED } from './givenSlack';

export const SECRET = 'slack-secret-0123';
export const MAIL_SECRET = 'mail-secret-0123';
const NOW = '2030-01-01T00:00:00Z';
export const SECONDS = Date.parse(NOW) / 1_000;

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;

const running: TestApplication[] = [];
const folders: string[] = [];

export async function endWebhooks(): Promise<void> {
  await Promise.all(running.splice(0).map((app) => app.stop()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
  await closeHttpServers();
}

export async function givenFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'webhooks-'));
  folders.push(folder);
  return folder;
}

interface Given {
  readonly webhooks?: Record<string, unknown>;
  readonly replies?: readonly Reply[];
  /** The answer of Slack to the check of the token. */
  readonly auth?: Reply;
  readonly values?: Record<string, unknown>;
  readonly folder?: string;
}

/** A running application with the webhooks, a loopback Slack and the local engine; ended by {@link endWebhooks}. */
export async function givenWebhooks({ webhooks = {}, replies = [POSTED], values = {}, ...given }: Given = {}) {
  const folder = given.folder ?? (await givenFolder());
  const slack = await givenSlack({ replies, ...(given.auth === undefined ? {} : { auth: given.auth }) });
  const app = await createTestApplication({
    now: NOW,
    modules: [webhooksModule(), slackClientModule(), reasoningEngineModule()],
    config: {
      values: {
        state: { directory: folder },
        slack: { botToken: 'xoxb-1-swordfish', apiUrl: slack.apiUrl },
        webhooks: { port: 0, slackSigningSecret: SECRET, emailSecret: MAIL_SECRET, slackUsers: ['U1'], ...webhooks },
        ...values,
      },
    },
  });
  running.push(app);
  await app.start();
  const url = `http://127.0.0.1:${app.listeners.resolve<Webhooks>('webhooks').port ?? 0}`;
  const posts = () => slack.calls().filter(({ method }) => method === 'chat.postMessage');
  return { app, url, posts, folder };
}

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};
export const audited = (app: TestApplication): Promise<AuditEvent[]> => all(app.container.get(AuditLog).scan({}));
export const messages = (app: TestApplication): Promise<LoggedMessage[]> => all(app.container.get(MessageLog).scan({}));

export const until = async (met: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await met())) await new Promise((resolve) => setTimeout(resolve, 5));
};

export const question = (
  text: string,
  eventId = 'Ev1',
  more: Record<string, unknown> = {},
  outer: Record<string, unknown> = {},
): string =>
  JSON.stringify({
    type: 'event_callback',
    event_id: eventId,
    ...outer,
    event: { type: 'message', channel_type: 'im', user: 'U1', channel: 'D1', text, ...more },
  });

export const fromSlack = (url: string, body: string, { at = SECONDS, secret = SECRET } = {}) =>
  call(`${url}/api/webhooks/slack/events`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`,
    },
  });

export const fromMail = (
  url: string,
  body: string,
  signature = createHmac('sha256', MAIL_SECRET).update(body).digest('hex'),
) =>
  call(`${url}/api/webhooks/email/inbound`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'message/rfc822', 'x-webhook-signature': `sha256=${signature}` },
  });

export const MAIL =
  'From: stranger@example.com\r\nTo: agent@example.com\r\nSubject: hi\r\nMessage-ID: <1@x>\r\n\r\nhello\r\n';
