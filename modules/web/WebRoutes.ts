import type { FastifyInstance } from 'fastify';

import type { RouteAccess } from './AccessGuard';
import type { Operator } from './operators';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The right that a caller needs: one of `read`, `operate` and `approve`, or `anybody` for a route that asks nobody, or
     * asks for credentials of its own. Default: `read` for GET and HEAD, else `operate`.
     */
    readonly may?: RouteAccess;
  }
  interface FastifyRequest {
    /** The verified operator who sends the request; undefined where the route lets anybody in. */
    operator: Operator | undefined;
  }
}

/**
 * Routes that a module adds to the HTTP server `web`. Bind a class of yours, and this token to it:
 * `bind(OrderRoutes).toSelf(); bind(WebRoutes).toService(OrderRoutes)`. They are registered before the server listens, and
 * may inject what they need; a listener among that starts before `web`.
 *
 * Use GET for routes that only read, and POST with a JSON body for changes. A body is checked against its schema without
 * coercion, and the answer names every problem. Query parameters are texts for their schema. The server itself refuses
 * changes from foreign pages, bodies other than JSON, and callers without the right that the route needs: `config: { may }`,
 * by default `read` for GET and `operate` for the rest. `request.operator` is who sent the request.
 */
export abstract class WebRoutes {
  /** Adds the routes to the server; called before it listens. */
  abstract register(server: FastifyInstance): void;
}
