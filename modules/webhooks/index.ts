export { WebhookListenError } from './WebhookListenError';
export { Webhooks } from './Webhooks';
export { WebhookSettings } from './WebhookSettings';
export { webhooksModule } from './module';
