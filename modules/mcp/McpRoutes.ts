import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { injectable } from 'inversify';

import { failure } from '../web/failures';
import { WebRoutes } from '../web/WebRoutes';

const BODY_LIMIT_BYTES = 1_048_576;

/** Answers the requests to `/mcp`. */
export interface McpEndpointHandler {
  /** Called before the body is read. Answers a request that it refuses. */
  readonly admit: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  readonly answer: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  readonly refuseBody: (reply: FastifyReply, status: number) => void;
}

/** The path `/mcp` of the web server: nothing is there until it is opened. */
@injectable()
export class McpRoutes extends WebRoutes {
  #handler: McpEndpointHandler | undefined;

  /** Returns what closes it again. */
  open(handler: McpEndpointHandler): () => void {
    this.#handler = handler;
    return () => (this.#handler = undefined);
  }

  register(server: FastifyInstance): void {
    server.post('/mcp', {
      bodyLimit: BODY_LIMIT_BYTES,
      config: { ownCredentials: true },
      onRequest: async (request, reply) => {
        if (this.#handler === undefined) return refuseClosed(reply);
        return this.#handler.admit(request, reply);
      },
      errorHandler: (error, _request, reply) => {
        const status = error.statusCode ?? 500;
        if (status >= 500 || this.#handler === undefined) throw error;
        this.#handler.refuseBody(reply, status);
      },
      handler: (request, reply) => {
        if (this.#handler === undefined) return refuseClosed(reply);
        return this.#handler.answer(request, reply);
      },
    });
  }
}

const refuseClosed = (reply: FastifyReply): FastifyReply =>
  reply.code(404).send(failure('NOT_FOUND', 'There is nothing under this path.'));
