import type { AddressInfo } from 'node:net';

import { Listener, type OnStartup, type StartupContext, type ListenerLogger, DaemonryError, messageOf } from 'daemonry';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type * as RateLimit from '@fastify/rate-limit';

import { loadMailparser } from '../email_inbound_imap/parseMail';
import { askersOf } from './mayAsk';
import { PendingAnswers } from './PendingAnswers';
import { WebhookRoutes } from './WebhookRoutes';
import { WebhookSettings } from './WebhookSettings';
import { closeUnread, ambiguityOf, SERVER_LIMITS } from '../shared/http';
import { loadFastify, loadOptional } from '../shared/packages';
import { OperatorSettings } from '../shared/settings';
import { answerClientError, answerErrors, failure } from '../web/failures';

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
    private readonly operator: OperatorSettings,
  ) {}

  /** Where it listens; `undefined` while it does not. */
  get port(): number | undefined {
    return this.#port;
  }

  /**
   * Listens, or disables the listener when no secret is configured.
   *
   * @throws WebhookListenError; StateError; PackageMissingError without fastify, @fastify/rate-limit or, for mail, mailparser
   */
  async startup({ log, defer, disable, fail }: StartupContext): Promise<void> {
    const { host, port, slackSigningSecret, emailSecret } = this.settings;
    if (slackSigningSecret === undefined && emailSecret === undefined) {
      disable('no secret is configured (webhooks.slackSigningSecret or webhooks.emailSecret)');
      return;
    }
    if (slackSigningSecret !== undefined && askersOf(this.settings, this.operator, undefined).users.length === 0) {
      log.warn('Nobody may ask in Slack: neither webhooks.slackUsers nor operator.slackUser is configured.');
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

const MINUTE_MS = 60_000;

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** The public server; it does not listen yet. Closing it closes every connection. */
async function createWebhookServer(
  { callsPerMinute, trustedProxies }: WebhookSettings,
  routes: WebhookRoutes,
  log: ListenerLogger,
): Promise<FastifyInstance> {
  const rateLimit = loadRateLimit();
  const fastify = loadServer();
  const server: FastifyInstance = fastify({
    logger: false,
    ...SERVER_LIMITS,
    trustProxy: [...trustedProxies],
    clientErrorHandler: answerClientError,
    frameworkErrors: (_error, _request, reply) => {
      void (reply as FastifyReply).code(400).send(failure('BAD_REQUEST', 'The path is not valid.'));
    },
  });
  closeUnread(server);
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    const message = ambiguityOf(request.raw);
    if (message !== undefined) return reply.code(400).send(failure('BAD_REQUEST', message));
  });
  await server.register(rateLimit, {
    global: true,
    max: callsPerMinute,
    timeWindow: MINUTE_MS,
    hook: 'onRequest',
    errorResponseBuilder: () =>
      Object.assign(new Error('Call less often.'), { statusCode: 429, code: 'TOO_MANY_CALLS' }),
  });
  answerErrors(server, log);
  const limit = server.rateLimit();
  // Here, and not in the handler of what is not found, before which the body is read.
  server.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    await limit.call(server, request, reply);
    return reply.code(404).send(failure('NOT_FOUND', 'There is nothing under this path.'));
  });
  routes.register(server);
  return server;
}

/** The webhook server could not listen on its address. */
export class WebhookListenError extends DaemonryError<'WEBHOOK_ADDRESS_UNUSABLE'> {
  constructor(
    /** The host that was configured. */
    readonly host: string,
    /** The port that was configured. */
    readonly port: number,
    cause: Error,
  ) {
    super('WEBHOOK_ADDRESS_UNUSABLE', {
      what: `The webhook server cannot listen on ${host}, port ${port}.`,
      facts: { settings: 'webhooks.host, webhooks.port', cause: messageOf(cause) },
      fix: 'stop what listens there, or choose another address or port: DAEMONRY__WEBHOOKS__PORT.',
      cause,
    });
  }
}

/** Functions that load the packages which are needed with these settings. */
export const neededPackages = ({
  slackSigningSecret,
  emailSecret,
}: Pick<WebhookSettings, 'slackSigningSecret' | 'emailSecret'>): readonly (() => unknown)[] =>
  slackSigningSecret === undefined && emailSecret === undefined
    ? []
    : [loadServer, loadRateLimit, ...(emailSecret === undefined ? [] : [loadMailparser])];

const loadServer = (): ReturnType<typeof loadFastify> =>
  loadFastify('The module webhooks', 'leave webhooksModule() out');

/** @throws PackageMissingError */
const loadRateLimit = (): typeof RateLimit.fastifyRateLimit =>
  loadOptional(
    {
      name: '@fastify/rate-limit',
      major: 11,
      neededBy: 'The module webhooks',
      otherwise: 'configure neither webhooks.slackSigningSecret nor webhooks.emailSecret',
    },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => (require('@fastify/rate-limit') as typeof RateLimit).fastifyRateLimit,
  );
