export { WebhookListenError, Webhooks } from './Webhooks';
export { WebhookSettings } from './WebhookSettings';
export { webhooksModule } from './module';
