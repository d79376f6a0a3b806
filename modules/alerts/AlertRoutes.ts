import type { FastifyInstance } from 'fastify';
import { injectable } from 'inversify';

import { failure } from '../web/failures';
import { WebRoutes } from '../web/WebRoutes';
import { AlertUnknownError } from './AlertBook';
import { Alerts } from './Alerts';

const SCHEMA = {
  params: {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string', minLength: 1, maxLength: 200 } },
  },
  body: {
    type: 'object',
    additionalProperties: false,
    properties: {},
  },
};

/** `GET /api/alerts` and `POST /api/alerts/:id/acknowledge` on the web server. */
@injectable()
export class AlertRoutes extends WebRoutes {
  constructor(private readonly alerts: Alerts) {
    super();
  }

  override register(server: FastifyInstance): void {
    server.get('/api/alerts', async () => ({ alerts: await this.alerts.active() }));

    server.post<{ Params: { id: string } }>(
      '/api/alerts/:id/acknowledge',
      { schema: SCHEMA },
      async ({ params, operator }, reply) => {
        try {
          return await this.alerts.acknowledge(params.id, { by: operator!.name });
        } catch (error) {
          if (!(error instanceof AlertUnknownError)) throw error;
          return reply.code(404).send(failure(error.code, error.message));
        }
      },
    );
  }
}
