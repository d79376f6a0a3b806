import type { ListenerLogger } from 'daemonry';
import type { FastifyInstance, FastifyReply } from 'fastify';

import { loadFastify } from '../shared/loadFastify';
import { answerClientError } from '../web/answerClientError';
import { answerErrors } from '../web/answerErrors';
import { failure } from '../web/failure';
import { loadRateLimit } from './loadRateLimit';
import type { WebhookRoutes } from './WebhookRoutes';
import type { WebhookSettings } from './WebhookSettings';

const REQUEST_TIMEOUT_MS = 10_000;
const MINUTE_MS = 60_000;

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** The public server; it does not listen yet. Closing it closes every connection. */
export async function createWebhookServer(
  { callsPerMinute, trustedProxies }: WebhookSettings,
  routes: WebhookRoutes,
  log: ListenerLogger,
): Promise<FastifyInstance> {
  const rateLimit = loadRateLimit();
  const fastify = loadFastify('The module webhooks', 'leave webhooksModule() out');
  const server: FastifyInstance = fastify({
    logger: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    trustProxy: [...trustedProxies],
    clientErrorHandler: answerClientError,
    frameworkErrors: (_error, _request, reply) => {
      void (reply as FastifyReply).code(400).send(failure('BAD_REQUEST', 'The path is not valid.'));
    },
  });
  server.addHook('onRequest', async (_request, reply) => {
    reply.headers(HEADERS);
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
  server.setNotFoundHandler({ preHandler: server.rateLimit() }, (_request, reply) =>
    reply.code(404).send(failure('NOT_FOUND', 'There is nothing under this path.')),
  );
  routes.register(server);
  return server;
}
