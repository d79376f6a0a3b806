import type { Application, ListenerLogger } from 'daemonry';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { loadFastify } from '../shared/loadFastify';
import { failure } from './failure';
import type { HostGuard } from './HostGuard';

import { registerRoutes } from './registerRoutes';

const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 5_000;
const BODY_LIMIT_BYTES = 16_384;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The server with its routes and refusals; it does not listen yet. Closing it closes every connection. */
export async function createServer(
  application: Application,
  guard: HostGuard,
  log: ListenerLogger,
): Promise<FastifyInstance> {
  const fastify = loadFastify('The web module', 'leave webModule() out');
  const server = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
  });

  // Before anything of the request but its head is read.
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    if (!guard.allows(request.headers.host)) {
      const message = 'This server does not answer under that Host. Allow it with web.allowedHosts.';
      return refuse(reply, 403, 'FOREIGN_HOST', message);
    }
    if (request.is404) return refuseUnknown(server, request, reply);
  });

  server.setErrorHandler<FastifyError>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send(failure(error.code, error.message));
    log.error('A request failed', { error });
    return reply.code(500).send(failure('INTERNAL', 'The request failed; the log says why.'));
  });

  registerRoutes(server, application);
  return server;
}

function refuseUnknown(server: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? '';
  if (!server.hasRoute({ method: 'GET', url: path })) {
    return refuse(reply, 404, 'NOT_FOUND', 'There is nothing under this path.');
  }
  return refuse(reply.header('allow', 'GET, HEAD'), 405, 'METHOD_NOT_ALLOWED', 'This path is only read: use GET.');
}

// The rest of a refused request is not waited for.
const refuse = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
  reply.code(status).header('connection', 'close').send(failure(code, message));
