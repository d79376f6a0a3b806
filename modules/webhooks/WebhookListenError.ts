import { DaemonryError } from 'daemonry';

/** The webhook server could not listen on its address. */
export class WebhookListenError extends DaemonryError<'WEBHOOK_ADDRESS_UNUSABLE'> {
  constructor(
    readonly host: string,
    readonly port: number,
    cause: Error,
  ) {
    super('WEBHOOK_ADDRESS_UNUSABLE', {
      what: `The webhook server cannot listen on ${host}, port ${port}.`,
      facts: { settings: 'webhooks.host, webhooks.port', cause: cause.message },
      fix: 'stop what listens there, or choose another address or port: DAEMONRY__WEBHOOKS__PORT.',
      cause,
    });
  }
}
