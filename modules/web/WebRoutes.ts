import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route asks its callers for credentials of its own: it is not asked for `web.operatorToken`. */
    readonly ownCredentials?: boolean;
  }
}

/**
 * Routes that a module adds to the HTTP server `web`. Bind a class of yours, and this token to it:
 * `bind(OrderRoutes).toSelf(); bind(WebRoutes).toService(OrderRoutes)`. They are registered before the server listens, and
 * may inject what they need; a listener among that starts before `web`.
 *
 * What only reads is GET. What changes something is POST with a JSON body: its schema is checked as it stands, without
 * coercion, and an answer names everything that is wrong. Parameters of a query are text for their schema. The server
 * itself refuses changes from foreign pages, other bodies than JSON, and where it has to, callers without the operator
 * token.
 */
export abstract class WebRoutes {
  abstract register(server: FastifyInstance): void;
}
