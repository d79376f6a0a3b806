import { MessageLog } from '@daemonry/modules/message_log';
import { type OutgoingMail, type PurelymailClient, purelymailClientModule } from '@daemonry/modules/purelymail_client';
import { override } from 'daemonry/testing';

import { givenMailApplication, loggedMessages, type TestApplication, until } from './givenMailApplication';
import { givenSmtpServer, type SmtpScript } from './givenSmtpServer';

export const PASSWORD = 'sword fish/=';
export const CREDENTIALS = { user: 'agent@example.com', appPassword: PASSWORD, allowedFromDomains: ['example.com'] };
export const MAIL: OutgoingMail = { to: 'ops@example.org', subject: 'Disk full', text: 'It is.' };

/** A client that talks to this machine without TLS; with `fails`, its message log takes nothing. */
export async function givenClient(purelymail: Readonly<Record<string, unknown>>, options: { fails?: boolean } = {}) {
  const failing = {
    append: () => Promise.reject(new Error('the disk is full')),
    dispose: () => Promise.resolve(),
  } as unknown as MessageLog;
  const app = await givenMailApplication(
    [purelymailClientModule()],
    { purelymail: { host: '127.0.0.1', tls: 'none', ...purelymail } },
    options.fails === true ? { overrides: [override(MessageLog, failing)] } : {},
  );
  return { app, client: app.listeners.resolve<PurelymailClient>('purelymail_client') };
}

/** A client with a server that takes its mail, unless the script says otherwise. */
export async function givenSending(script: Partial<SmtpScript> = {}, settings: Readonly<Record<string, unknown>> = {}) {
  const server = await givenSmtpServer({ password: PASSWORD, ...script });
  return { server, ...(await givenClient({ ...CREDENTIALS, port: server.port, ...settings })) };
}

/** Lets the pause before the second attempt pass, once the first has failed. */
export async function passPause(app: TestApplication): Promise<void> {
  await until(async () => (await loggedMessages(app)).length === 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await app.clock.advance('500ms');
}
