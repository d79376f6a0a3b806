import type { AddressInfo } from 'node:net';

import { Listener, type OnStartup, type StartupContext } from 'daemonry';

import { loadMailparser } from '../email_inbound_imap/parseMail';
import { createWebhookServer } from './createWebhookServer';
import { PendingAnswers } from './PendingAnswers';
import { WebhookListenError } from './WebhookListenError';
import { WebhookRoutes } from './WebhookRoutes';
import { WebhookSettings } from './WebhookSettings';

/**
 * Takes signed calls from outside, on a port of its own: events of Slack, which are answered by the reasoning engine, and
 * mail. It listens once all that it feeds has started. Without a secret it is disabled and listens nowhere.
 */
@Listener({ name: 'webhooks' })
export class Webhooks implements OnStartup {
  #port: number | undefined;

  constructor(
    private readonly settings: WebhookSettings,
    private readonly routes: WebhookRoutes,
    private readonly pending: PendingAnswers,
  ) {}

  /** Where it listens; `undefined` while it does not. */
  get port(): number | undefined {
    return this.#port;
  }

  /** @throws WebhookListenError; StateFileError; PackageMissingError without fastify, @fastify/rate-limit or, for mail, mailparser */
  async startup({ log, defer, disable, fail }: StartupContext): Promise<void> {
    const { host, port, slackSigningSecret, emailSecret } = this.settings;
    if (slackSigningSecret === undefined && emailSecret === undefined) {
      disable('no secret is configured (webhooks.slackSigningSecret or webhooks.emailSecret)');
      return;
    }
    // Missing, it shall be missing now, and not with the first mail.
    if (emailSecret !== undefined) loadMailparser();
    const server = await createWebhookServer(this.settings, this.routes, log);
    defer(() => this.pending.close());
    await this.pending.open();
    defer(async () => {
      this.#port = undefined;
      await server.close();
      await this.routes.settled();
    });
    await server.listen({ host, port }).catch((error: Error) => {
      throw new WebhookListenError(host, port, error);
    });
    server.server.on('error', fail);
    this.#port = (server.server.address() as AddressInfo).port;
    log.info(`Webhooks are taken on ${host}, port ${this.#port}`);
  }
}
