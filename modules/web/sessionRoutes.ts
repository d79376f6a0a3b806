import type { FastifyInstance, FastifyRequest } from 'fastify';

import { UNAUTHORIZED } from './AccessGuard';
import { failure } from './failures';
import type { Operators } from './operators';
import type { Sessions } from './Sessions';

const PATH = '/admin/session';

const LOGIN = {
  type: 'object',
  required: ['token'],
  additionalProperties: false,
  properties: { token: { type: 'string', minLength: 1, maxLength: 500 } },
};

/**
 * The sessions of browsers: `POST /admin/session` with `{ "token" }` logs in and sets the cookie, `POST
 * /admin/session/end` with `{}` logs out, and `GET /admin/session` says who is logged in.
 *
 * @param ended - called when a session has ended.
 */
export function registerSessionRoutes(
  server: FastifyInstance,
  operators: Operators,
  sessions: Sessions,
  ended: () => void,
): void {
  server.post<{ Body: { token: string } }>(
    PATH,
    { schema: { body: LOGIN }, config: { may: 'anybody' } },
    (request, reply) => {
      const { ip } = request;
      const wait = sessions.waitOf(ip);
      if (wait > 0) {
        const message = `Too many wrong tokens: try again in ${wait} seconds.`;
        return reply.code(429).header('retry-after', String(wait)).send(failure('TOO_MANY_ATTEMPTS', message));
      }
      if (!operators.areNamed) {
        const message = 'There is nobody to log in as: no web.operators are named.';
        return reply.code(409).send(failure('OPERATORS_UNSET', message));
      }
      const operator = operators.verify(request.body.token);
      if (operator === undefined) {
        sessions.failed(ip);
        return reply.code(401).send(failure(UNAUTHORIZED.code, 'That is the token of none of web.operators.'));
      }
      return reply.header('set-cookie', sessions.begin(operator, isSecure(request))).send({ operator });
    },
  );

  server.post(`${PATH}/end`, { config: { may: 'anybody' } }, (request, reply) => {
    const cookie = sessions.end(request.headers.cookie);
    ended();
    return reply.header('set-cookie', cookie).send({ ended: true });
  });

  server.get(PATH, { config: { may: 'read' } }, (request) => ({ operator: request.operator }));
}

/** Whoever is behind a proxy with TLS gets a cookie for TLS only; whoever lies about that only harms the own session. */
const isSecure = ({ headers }: FastifyRequest): boolean => headers['x-forwarded-proto'] === 'https';
