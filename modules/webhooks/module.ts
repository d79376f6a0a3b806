import { defineModule, type ModuleDefinition, StateTables } from 'daemonry';

import { auditLogModule } from '../audit_log/module';
import { inboundMailModule } from '../email_inbound_imap/InboundMail';
import { messageLogModule } from '../message_log/module';
import { operationalStateModule } from '../operational_state/module';
import { DeadLetters } from './DeadLetters';
import { HandledMails, MAIL_TABLES } from './HandledMails';
import { PendingAnswers } from './PendingAnswers';
import { CALL_TABLES, SeenCalls } from './SeenCalls';
import { SlackAnswers } from './SlackAnswers';
import { WebhookRoutes } from './WebhookRoutes';
import { neededPackages, Webhooks } from './Webhooks';
import { WebhookSettings } from './WebhookSettings';

const webhooks = defineModule('webhooks', {
  needs: [messageLogModule(), auditLogModule(), operationalStateModule(), inboundMailModule()],
  packages: (settings) => neededPackages(settings(WebhookSettings)),
  bind: ({ bind }) => {
    bind(StateTables).toConstantValue(CALL_TABLES);
    bind(StateTables).toConstantValue(MAIL_TABLES);
    bind(SeenCalls).toSelf();
    bind(HandledMails).toSelf();
    bind(DeadLetters).toSelf();
    bind(SlackAnswers).toSelf();
    bind(PendingAnswers).toSelf();
    bind(WebhookRoutes).toSelf();
    bind(Webhooks).toSelf();
  },
});

/** Takes signed calls of Slack and of a mail provider, as the listener `webhooks`; disabled without a secret. */
export function webhooksModule(): ModuleDefinition {
  return webhooks;
}
