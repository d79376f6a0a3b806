import { ContainerModule } from 'inversify';

import { bindAuditLog } from '../audit_log/bindAuditLog';
import { bindMessageLog } from '../message_log/bindMessageLog';
import { PurelymailClient } from './PurelymailClient';
import { SmtpTransport } from './SmtpTransport';

/** Sends mail by SMTP, as the daemon `purelymail_client`; disabled without credentials. */
export function purelymailClientModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindAuditLog(options);
    bindMessageLog(options);
    options.bind(SmtpTransport).toSelf();
    options.bind(PurelymailClient).toSelf();
  });
}

export { MailRefusedError } from './checkMail';
export type { MailAttachment, MailResult, OutgoingMail } from './OutgoingMail';
export { PurelymailClient } from './PurelymailClient';
export { PurelymailSettings } from './PurelymailSettings';
