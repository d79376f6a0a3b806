import { emailInboundImapModule } from '@daemonry/modules/email_inbound_imap';

import { type GivenDovecot, IMAP_PASSWORD } from './givenDovecot';
import { givenMailApplication, type TestApplication } from './givenMailApplication';

export const AGENT = 'agent@example.com';
export const BOSS = 'boss@example.org';

/** A mail of the operator's to the agent, with other headers where they are given; `undefined` leaves one out. */
export function mailText(headers: Readonly<Record<string, string | undefined>> = {}, body = 'Hello.'): string {
  const all = { From: BOSS, To: AGENT, Subject: 'News', 'Message-ID': '<1@example.org>', ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return [...lines, '', body].join('\r\n');
}

let users = 0;

export interface GivenInbox {
  readonly app: TestApplication;
  readonly user: string;
  readonly deliver: (source: string | Buffer) => void;
  readonly marks: () => { readonly seen: number; readonly unseen: number };
  /** One poll, and how it went. */
  readonly poll: () => ReturnType<TestApplication['tick']>;
}

/** An application that polls an inbox of its own. */
export async function givenInbox(
  dovecot: GivenDovecot,
  settings: Readonly<Record<string, unknown>> = {},
  operator: Readonly<Record<string, unknown>> = { agentEmail: AGENT, email: BOSS },
): Promise<GivenInbox> {
  users += 1;
  const user = `user${users}`;
  const app = await givenMailApplication([emailInboundImapModule()], {
    email_inbound_imap: {
      host: '127.0.0.1',
      port: dovecot.port,
      tls: 'none',
      user,
      appPassword: IMAP_PASSWORD,
      senderAllowlist: [BOSS],
      ...settings,
    },
    operator,
  });
  return {
    app,
    user,
    deliver: (source) => dovecot.deliver(user, source),
    marks: () => dovecot.marks(user),
    poll: () => app.tick('email_inbound_imap'),
  };
}
