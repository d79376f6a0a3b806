import { defineModule, type ModuleDefinition } from 'daemonry';

import { EmailInboundImap } from './EmailInboundImap';
import { EmailInboundImapSettings } from './EmailInboundImapSettings';
import { ImapConnector, loadImapflow } from './ImapConnector';
import { inboundMailModule } from './InboundMail';
import { loadMailparser } from './parseMail';

const emailInboundImap = defineModule('email_inbound_imap', {
  needs: [inboundMailModule()],
  packages: (settings) => {
    const { user, appPassword } = settings(EmailInboundImapSettings);
    return user === undefined || appPassword === undefined ? [] : [loadImapflow, loadMailparser];
  },
  bind: ({ bind }) => {
    bind(ImapConnector).toSelf();
    bind(EmailInboundImap).toSelf();
  },
});

/** Polls an inbox by IMAP every five minutes, as the daemon `email_inbound_imap`; disabled without credentials. */
export function emailInboundImapModule(): ModuleDefinition {
  return emailInboundImap;
}

export { EmailInboundImap } from './EmailInboundImap';
export { EmailInboundImapSettings } from './EmailInboundImapSettings';
export { evaluateIntent, InboundMail, inboundMailModule, type InboundOutcome } from './InboundMail';
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
export { MailReader } from './MailReader';
export { parseMail } from './parseMail';
export type { MailDefect, MailSender, ReceivedMail } from './ReceivedMail';
