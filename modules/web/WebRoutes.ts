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
 * Use GET for routes that only read, and POST with a JSON body for changes. A body is checked against its schema without
 * coercion, and the answer names every problem. Query parameters are texts for their schema. The server itself refuses
 * changes from foreign pages, bodies other than JSON, and callers without the operator token where one is needed.
 */
export abstract class WebRoutes {
  /** Adds the routes to the server; called before it listens. */
  abstract register(server: FastifyInstance): void;
}
