import { Clock, durationMs } from 'daemonry';
import type * as Imapflow from 'imapflow';
import { injectable } from 'inversify';

import { loadOptional } from '../shared/packages';
import { mailTlsOptions } from '../shared/mail';
import { EmailInboundImapSettings } from './EmailInboundImapSettings';
import { ImapSession } from './ImapSession';
import { loadMailparser } from './parseMail';

const LARGEST_LINE = 8_388_608;
const LITERAL_SLACK = 65_536;
const MOST_TOKENS = 100_000;

/** Makes connections to the configured inbox. */
@injectable()
export class ImapConnector {
  constructor(
    private readonly settings: EmailInboundImapSettings,
    private readonly clock: Clock,
  ) {}

  /** Loads the libraries. @throws PackageMissingError */
  load(): void {
    loadImapflow();
    loadMailparser();
  }

  /** Connects and opens the inbox. @throws ImapError; the error of reading `caFile`; the signal's reason after it aborts. */
  async connect(signal: AbortSignal): Promise<ImapSession> {
    const { host, port, tls, caFile, user = '', appPassword = '', timeout, maxMessageBytes } = this.settings;
    const ms = durationMs(timeout);
    const { ImapFlow } = loadImapflow();
    const client = new ImapFlow({
      host,
      port,
      secure: tls === 'implicit',
      doSTARTTLS: tls === 'starttls',
      tls: await mailTlsOptions(caFile),
      auth: { user, pass: appPassword },
      disableAutoIdle: true,
      disableCompression: true,
      logger: false,
      // Each step has a deadline on the application's clock; these limits hold when that clock stands still.
      connectionTimeout: ms,
      greetingTimeout: ms,
      socketTimeout: ms,
      maxLineLength: LARGEST_LINE,
      maxLiteralSize: maxMessageBytes + LITERAL_SLACK,
      maxResponseSize: maxMessageBytes + LITERAL_SLACK + LARGEST_LINE,
      maxResponseTokens: MOST_TOKENS,
    });
    const session = new ImapSession(client, { clock: this.clock, timeout, password: appPassword, signal });
    await session.open();
    return session;
  }
}

/** Loads the IMAP library. @throws PackageMissingError */
export const loadImapflow = (): typeof Imapflow =>
  loadOptional(
    {
      name: 'imapflow',
      major: 2,
      neededBy: 'The module email_inbound_imap',
      otherwise: 'configure no email_inbound_imap.appPassword',
    },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('imapflow') as typeof Imapflow,
  );
