import { type Application, type Clock, limited, type ListenerLogger } from 'daemonry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { closeUnread, ambiguityOf, SERVER_LIMITS } from '../shared/http';
import { loadFastify } from '../shared/packages';
import type { AccessGuard } from './AccessGuard';
import { AllowedMethods, type HostGuard, type Refusal } from './guards';
import { answerClientError, answerErrors, failure } from './failures';
import { EventReaders } from './EventReaders';
import { registerOperateRoute } from './operateRoute';
import type { Operators } from './operators';
import { RefusedChanges } from './RefusedChanges';
import { registerReadingRoutes } from './readingRoutes';
import { registerSessionRoutes } from './sessionRoutes';
import type { Sessions } from './Sessions';
import type { WebRoutes } from './WebRoutes';

const BODY_LIMIT_BYTES = 16_384;
/** Longest parameter of a path, such as the id of an alert, in characters. */
const LONGEST_PARAMETER = 256;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

export interface ServerParts {
  readonly application: Application;
  readonly clock: Clock;
  readonly hosts: HostGuard;
  readonly access: AccessGuard;
  readonly operators: Operators;
  readonly sessions: Sessions;
  /** Beside those of the server itself. */
  readonly routes: readonly WebRoutes[];
  readonly log: ListenerLogger;
}

/** Loads fastify. @throws PackageMissingError */
export const loadWebFramework = (): ReturnType<typeof loadFastify> =>
  loadFastify('The web module', 'leave webModule() out');

/** The server with its routes and refusals; it does not listen yet. Closing it closes every connection. */
export function createServer(parts: ServerParts): FastifyInstance {
  const { application, clock, hosts, access, routes, log } = parts;
  const fastify = loadWebFramework();
  const server: FastifyInstance = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    ...SERVER_LIMITS,
    // A request without a Host is refused here, as every other.
    http: { ...SERVER_LIMITS.http, requireHostHeader: false },
    // Schemas are those of the routes: to compile the schema of schemas, too, would take most of a start.
    ajv: { customOptions: { allErrors: true, coerceTypes: false, removeAdditional: false, validateSchema: false } },
    clientErrorHandler: answerClientError,
    frameworkErrors: (_error, _request, reply) => {
      void refuse(reply, { status: 400, code: 'BAD_REQUEST', message: 'The path is not valid.' });
    },
  });
  // A form of another site can send plain text.
  server.removeContentTypeParser('text/plain');

  closeUnread(server);
  server.decorateRequest('operator', undefined);
  const allowed = new AllowedMethods();
  const refusedChanges = new RefusedChanges(application);
  server.addHook('onRoute', ({ url, method }) => allowed.add(url, method));
  // Before anything of the request but its head is read.
  server.addHook('onRequest', async (request, reply) => {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return refuse(reply, refusal);
    reply.headers(HEADERS);
  });
  const refusalOf = (request: FastifyRequest): Refusal | undefined => {
    const message = ambiguityOf(request.raw);
    if (message !== undefined) return { status: 400, code: 'BAD_REQUEST', message };
    if (!hosts.allows(request.headers.host)) return FOREIGN_HOST;
    if (request.is404) return unknown(request.url, allowed);
    const admission = access.admit(request, request.routeOptions.config.may);
    if (admission.admitted) {
      request.operator = admission.operator;
      return undefined;
    }
    const { refusal } = admission;
    const path = request.routeOptions.url ?? '';
    // A page that is left open asks again and again.
    if (request.method === 'GET' || request.method === 'HEAD')
      log.debug(`Refused to answer: ${refusal.code}`, { path });
    else {
      log.warn(`Refused a change: ${refusal.code}`, { path, ...limited('web: refused changes') });
      if (OF_CALLERS.has(refusal.status))
        refusedChanges.tell({ route: `${request.method} ${path}`, refusal, operator: admission.operator });
    }
    return refusal;
  };
  answerErrors(server, log, (request, refusal) => {
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    if (request.operator !== undefined) refusedChanges.tell({ route, refusal, operator: request.operator });
  });
  server.setNotFoundHandler((_request, reply) => refuse(reply, NOT_FOUND));

  const readers = new EventReaders(application, clock, log);
  server.addHook('preClose', async () => readers.close());
  registerReadingRoutes(server, { application, clock, readers, access });
  registerOperateRoute(server, application);
  registerSessionRoutes(server, parts.operators, parts.sessions, () => readers.closeUnadmitted());
  for (const added of routes) added.register(server);
  return server;
}

/** Refusals of a caller, not of the form of a request. */
const OF_CALLERS: ReadonlySet<number> = new Set([401, 403]);

const FOREIGN_HOST: Refusal = {
  status: 403,
  code: 'FOREIGN_HOST',
  message: 'This server does not answer under that Host. Allow it with web.allowedHosts.',
};

const NOT_FOUND: Refusal = { status: 404, code: 'NOT_FOUND', message: 'There is nothing under this path.' };

function unknown(url: string, allowed: AllowedMethods): Refusal {
  const methods = allowed.of(url.split('?', 1)[0] ?? '');
  if (methods.length === 0) return NOT_FOUND;
  const allow = methods.join(', ');
  const message = `This path does not answer that method. It answers ${allow}.`;
  return { status: 405, code: 'METHOD_NOT_ALLOWED', message, headers: { allow } };
}

const refuse = (reply: FastifyReply, { status, code, message, headers = {} }: Refusal): FastifyReply =>
  reply
    .code(status)
    .headers({ ...HEADERS, ...headers, connection: 'close' })
    .send(failure(code, message));
