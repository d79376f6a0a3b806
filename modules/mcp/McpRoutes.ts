import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { injectable } from 'inversify';

import { failure } from '../web/failures';
import { WebRoutes } from '../web/WebRoutes';

const BODY_LIMIT_BYTES = 1_048_576;

/** Answers the requests below `/mcp`. */
export interface McpEndpointHandler {
  /** Called before the body is read. Answers a request that it refuses. */
  readonly admit: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  readonly answer: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  /** Answers with the tools of the caller, for programs that do not speak the protocol. */
  readonly list: (request: FastifyRequest, reply: FastifyReply) => unknown;
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
    const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      if (this.#handler === undefined) return refuseClosed(reply);
      return this.#handler.admit(request, reply);
    };
    server.post('/mcp', {
      bodyLimit: BODY_LIMIT_BYTES,
      config: { may: 'anybody' },
      onRequest: admit,
      errorHandler: (error, _request, reply) => {
        const status = error.statusCode ?? 500;
        if (status >= 500 || this.#handler === undefined) throw error;
        this.#handler.refuseBody(reply, status);
      },
      handler: (request, reply) => this.#handler?.answer(request, reply) ?? refuseClosed(reply),
    });
    server.get('/mcp/tools/list', {
      config: { may: 'anybody' },
      onRequest: admit,
      handler: (request, reply) => this.#handler?.list(request, reply) ?? refuseClosed(reply),
    });
  }
}

const refuseClosed = (reply: FastifyReply): FastifyReply =>
  reply.code(404).send(failure('NOT_FOUND', 'There is nothing under this path.'));
