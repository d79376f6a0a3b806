import { defineModule, type ModuleDefinition } from 'daemonry';

import { AuditEventTypes } from '../audit_log/AuditEventTypes';
import { auditLogModule } from '../audit_log/module';
import { OUTGOING_MAIL_EVENTS } from './mailEvents';
import { messageLogModule } from '../message_log/module';
import { PurelymailClient } from './PurelymailClient';
import { PurelymailSettings } from './PurelymailSettings';
import { loadNodemailer, SmtpTransport } from './SmtpTransport';

const purelymailClient = defineModule('purelymail_client', {
  needs: [auditLogModule(), messageLogModule()],
  packages: (settings) => {
    const { user, appPassword } = settings(PurelymailSettings);
    return user === undefined || appPassword === undefined ? [] : [loadNodemailer];
  },
  bind: ({ bind }) => {
    bind(AuditEventTypes).toConstantValue(OUTGOING_MAIL_EVENTS);
    bind(SmtpTransport).toSelf();
    bind(PurelymailClient).toSelf();
  },
});

/** Sends mail by SMTP, as the daemon `purelymail_client`; disabled without credentials. */
export function purelymailClientModule(): ModuleDefinition {
  return purelymailClient;
}

export { MailRefusedError } from './checkMail';
export type { MailAttachment, MailResult, OutgoingMail } from './OutgoingMail';
export { PurelymailClient } from './PurelymailClient';
export { PurelymailSettings } from './PurelymailSettings';
export { OUTGOING_MAIL_EVENTS } from './mailEvents';
