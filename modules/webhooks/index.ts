import { ContainerModule } from 'inversify';

import { bindInboundMail } from '../email_inbound_imap/bindInboundMail';
import { bindMessageLog } from '../message_log/bindMessageLog';
import { DeadLetters } from './DeadLetters';
import { PendingAnswers } from './PendingAnswers';
import { SeenCalls } from './SeenCalls';
import { SlackAnswers } from './SlackAnswers';
import { WebhookRoutes } from './WebhookRoutes';
import { Webhooks } from './Webhooks';

/** Takes signed calls of Slack and of a mail provider, as the listener `webhooks`; disabled without a secret. */
export function webhooksModule(): ContainerModule {
  return new ContainerModule((options) => {
    const { bind } = options;
    bindMessageLog(options);
    bindInboundMail(options);
    bind(SeenCalls).toSelf();
    bind(DeadLetters).toSelf();
    bind(SlackAnswers).toSelf();
    bind(PendingAnswers).toSelf();
    bind(WebhookRoutes).toSelf();
    bind(Webhooks).toSelf();
  });
}

export { WebhookListenError } from './WebhookListenError';
export { Webhooks } from './Webhooks';
export { WebhookSettings } from './WebhookSettings';
