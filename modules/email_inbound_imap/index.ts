import { ContainerModule } from 'inversify';

import { bindInboundMail } from './bindInboundMail';
import { EmailInboundImap } from './EmailInboundImap';
import { ImapConnector } from './ImapConnector';

/** Polls an inbox by IMAP every five minutes, as the daemon `email_inbound_imap`; disabled without credentials. */
export function emailInboundImapModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindInboundMail(options);
    options.bind(ImapConnector).toSelf();
    options.bind(EmailInboundImap).toSelf();
  });
}

export { bindInboundMail } from './bindInboundMail';
export { EmailInboundImap } from './EmailInboundImap';
export { EmailInboundImapSettings } from './EmailInboundImapSettings';
export { evaluateIntent, InboundMail, type InboundOutcome } from './InboundMail';
export {
  filterByDefect,
  filterByIdentity,
  filterByRecipient,
  filterBySender,
  filterBySpoofing,
  filterByState,
  filterMail,
  type MailFilter,
  type MailPolicy,
  type MailRefusal,
} from './filterMail';
export { ImapError, type ImapStep } from './ImapSession';
export { parseMail } from './parseMail';
export type { MailDefect, MailSender, ReceivedMail } from './ReceivedMail';
