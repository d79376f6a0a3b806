import { ProbeFindings } from '@daemonry/modules/heartbeat_probes';
import { purelymailClientModule } from '@daemonry/modules/purelymail_client';
import { slackClientModule } from '@daemonry/modules/slack_client';

import { type DataOptions, endData, givenApplication, givenFolder } from './givenData';
import { closeHttpServers } from './givenHttpServer';
import { givenReplies, json, type Reply } from './givenReplies';
import { closeSmtpServers, givenSmtpServer, type SmtpReply } from './givenSmtpServer';
import { ACCEPTED, POSTED } from './givenSlack';

const PASSWORD = 'swordfish';

interface Servers {
  /** Slack's answers to posts, in order; afterwards every post succeeds. */
  readonly slackReplies?: readonly Reply[];
  readonly mailRefusals?: readonly SmtpReply[];
}

/** A Slack and an SMTP server on loopback, and the settings with which an application reaches its operator by them. */
export async function givenOperator({ slackReplies = [], mailRefusals = [] }: Servers = {}) {
  const waiting = [...slackReplies];
  const { url, calls } = await givenReplies(({ path }) =>
    path === '/api/auth.test' ? ACCEPTED : (waiting.shift() ?? POSTED),
  );
  const smtp = await givenSmtpServer({ password: PASSWORD, refusals: mailRefusals });
  const posts = () =>
    calls.filter(({ path }) => path === '/api/chat.postMessage').map(({ body }) => new URLSearchParams(body));
  return {
    mails: smtp.mails,
    /** The texts that came to Slack, whatever it answered. */
    posts: (): readonly string[] => posts().map((post) => post.get('text') ?? ''),
    channels: (): readonly (string | null)[] => posts().map((post) => post.get('channel')),
    settings: {
      operator: { slackUser: 'U0ADA', email: 'ada@example.com', agentEmail: 'gateway@example.com' },
      slack: { botToken: 'xoxb-1', apiUrl: `${url}/api/` },
      purelymail: {
        host: '127.0.0.1',
        port: smtp.port,
        tls: 'none',
        user: 'gateway@example.com',
        appPassword: PASSWORD,
        allowedFromDomains: ['example.com'],
      },
    },
  };
}

export type Operator = Awaited<ReturnType<typeof givenOperator>>;

/** Modules with which an application tells its operator. */
const tellingModules = () => [slackClientModule(), purelymailClientModule()];

/** A running application that tells `operator`; on an earlier `folder` it is a restart. */
export async function givenTelling(
  operator: Operator,
  { modules = [], values = {}, ...options }: DataOptions,
  folder?: string,
) {
  const directory = folder ?? (await givenFolder());
  const app = await givenApplication(directory, {
    // Disks and sockets take their time, and virtual time is to wait for them.
    settleMs: 3_000,
    ...options,
    modules: [...tellingModules(), ...modules],
    values: { ...operator.settings, ...values },
  });
  return { app, folder: directory };
}

/** Has the probes of those names found unhealthy, and no others. */
export function givenUnhealthy(app: Awaited<ReturnType<typeof givenApplication>>, ...names: readonly string[]): void {
  app.container.get(ProbeFindings).record(
    names.map((name) => ({
      name,
      status: 'unhealthy',
      checkedAt: '2030-01-01T00:00:00.000Z',
      error: 'Answered 500.',
    })),
  );
}

export const slackRefuses: Reply = json({ ok: false, error: 'channel_not_found' });

export async function endOperators(): Promise<void> {
  await endData();
  await closeHttpServers();
  await closeSmtpServers();
}
