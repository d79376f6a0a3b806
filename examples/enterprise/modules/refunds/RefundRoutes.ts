import { WebRoutes } from '@daemonry/modules/web';
import type { FastifyInstance } from 'fastify';
import { injectable } from 'inversify';

import { type Refund, Refunds } from './Refunds';
import { RefundTooLargeError } from './RefundTooLargeError';

const WORDS = { type: 'string', minLength: 1, maxLength: 200 };

const REFUND = {
  type: 'object',
  additionalProperties: false,
  required: ['order', 'cents', 'reason', 'by'],
  properties: { order: WORDS, cents: { type: 'integer', minimum: 1 }, reason: WORDS, by: WORDS },
};

/** `GET` and `POST /api/refunds` of the web server, which guards every change. */
@injectable()
export class RefundRoutes extends WebRoutes {
  constructor(private readonly refunds: Refunds) {
    super();
  }

  override register(server: FastifyInstance): void {
    server.get('/api/refunds', () => ({ refunds: this.refunds.granted }));

    server.post<{ Body: Refund }>('/api/refunds', { schema: { body: REFUND } }, async ({ body }, reply) => {
      try {
        await this.refunds.grant(body);
        return await reply.code(201).send(body);
      } catch (error) {
        if (!(error instanceof RefundTooLargeError)) throw error;
        return reply.code(422).send({ error: { code: error.code, message: error.what } });
      }
    });
  }
}
