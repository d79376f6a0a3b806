import type { FastifyInstance, FastifyReply } from 'fastify';
import { injectable } from 'inversify';

import { REASON } from '../shared/http';
import { failure } from '../web/failures';
import { WebRoutes } from '../web/WebRoutes';
import { PromotionDecidedError, PromotionInvalidError, PromotionUnknownError } from './errors';
import { LOOP_NAME, PROMOTION_STATES, type PromotionState } from './Promotion';
import { type ExecutionRefusal, Promotions } from './Promotions';

const bodyOf = (properties: Readonly<Record<string, object>>): object => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});

const LIST_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    loop: { type: 'string', pattern: LOOP_NAME },
    state: { type: 'string', enum: PROMOTION_STATES },
    limit: { type: 'string', pattern: '^([1-9][0-9]{0,2}|1000)$', default: '100' },
  },
};

const REFUSALS: Readonly<Record<ExecutionRefusal, readonly [status: number, code: string, message: string]>> = {
  not_approved: [409, 'PROMOTION_NOT_APPROVED', 'Only an approved promotion may be executed.'],
  execution_disabled: [403, 'EXECUTION_DISABLED', 'Nothing is executed while promotions.execution is off.'],
  no_executor: [501, 'NO_EXECUTOR', 'Nothing here executes promotions: apply it by hand.'],
};

interface ById {
  readonly Params: { readonly id: string };
}

/** Routes of the web server to list promotions, and to decide about them. */
@injectable()
export class PromotionRoutes extends WebRoutes {
  constructor(private readonly promotions: Promotions) {
    super();
  }

  override register(server: FastifyInstance): void {
    server.get<{ Querystring: { loop?: string; state?: PromotionState; limit: string } }>(
      '/api/promotions',
      { schema: { querystring: LIST_QUERY } },
      async ({ query: { limit, ...filter } }) => {
        const { promotions, damaged } = await this.promotions.survey(filter);
        return { promotions: promotions.slice(0, Number(limit)), total: promotions.length, damaged };
      },
    );

    server.get<ById>('/api/promotions/:id', async ({ params: { id } }, reply) => {
      const promotion = await this.promotions.get(id);
      return promotion ?? answer(reply, new PromotionUnknownError(id));
    });

    server.post<ById>(
      '/api/promotions/:id/approve',
      { schema: { body: bodyOf({}) }, config: { may: 'approve' } },
      ({ params: { id }, operator }, reply) =>
        this.promotions.approve(id, { by: operator!.name }).catch((error) => answer(reply, error)),
    );

    server.post<ById & { Body: { reason: string } }>(
      '/api/promotions/:id/reject',
      { schema: { body: bodyOf({ reason: REASON }) }, config: { may: 'approve' } },
      ({ params: { id }, body: { reason }, operator }, reply) =>
        this.promotions.reject(id, { by: operator!.name, reason }).catch((error) => answer(reply, error)),
    );

    server.post<ById>(
      '/api/promotions/:id/execute',
      { schema: { body: bodyOf({}) }, config: { may: 'approve' } },
      async ({ params: { id }, operator }, reply) => {
        try {
          const { reason } = await this.promotions.execute(id, { by: operator!.name });
          const [status, code, message] = REFUSALS[reason];
          return await reply.code(status).send(failure(code, message));
        } catch (error) {
          return answer(reply, error);
        }
      },
    );
  }
}

/** Answers errors that the caller can mend; every other error is thrown on, as an error of the server. */
function answer(reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof PromotionUnknownError) return reply.code(404).send(failure(error.code, error.message));
  if (error instanceof PromotionDecidedError) return reply.code(409).send(failure(error.code, error.message));
  if (error instanceof PromotionInvalidError) {
    return reply.code(400).send(failure(error.code, error.what, error.problems));
  }
  throw error;
}
