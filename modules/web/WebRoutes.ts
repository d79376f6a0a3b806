import type { FastifyInstance } from 'fastify';

/**
 * Routes that a module adds to the HTTP server. Bind a class of yours, and this token to it:
 * `bind(WebRoutes).toService(OrderRoutes)`. They are registered before the server listens.
 */
export abstract class WebRoutes {
  abstract register(server: FastifyInstance): void;
}
