import { webModule, WebRoutes } from '@daemonry/modules/web';
import type { FastifyInstance } from 'fastify';
import { ContainerModule, injectable } from 'inversify';

import { type Answer, call } from './call';
import { givenRunningWeb } from './givenWeb';

/** A body that `/api/orders/:id/cancel` takes. */
export const GOOD = { by: 'kim', reason: 'late' };

/** The orders that the routes received since the start of the test. */
export const told: unknown[] = [];
beforeEach(() => {
  told.length = 0;
});

@injectable()
class OrderRoutes extends WebRoutes {
  override register(server: FastifyInstance): void {
    const body = {
      type: 'object',
      required: ['by', 'reason'],
      additionalProperties: false,
      properties: {
        by: { type: 'string', minLength: 1, maxLength: 10 },
        reason: { type: 'string', enum: ['late', 'lost'] },
        count: { type: 'integer' },
      },
    };
    const querystring = {
      type: 'object',
      additionalProperties: false,
      properties: { limit: { type: 'string', pattern: '^[1-9]\\d{0,2}$' } },
    };
    server.get('/api/orders', { schema: { querystring } }, () => ({ orders: 3 }));
    server.post('/api/orders/:id/cancel', { schema: { body } }, (request) => {
      told.push(request.body);
      return { cancelled: (request.params as { id: string }).id };
    });
    server.post('/approve', { config: { may: 'approve' } }, ({ operator }) => ({ operator }));
    server.get('/whoami', ({ operator }) => ({ operator }));
    server.post('/guest', { config: { may: 'anybody' } }, () => ({ welcome: true }));
    server.post('/broken', () => {
      throw new Error('the password is swordfish');
    });
    server.post('/teapot', () => {
      throw Object.assign(new Error('short and stout'), { statusCode: 418 });
    });
    server.post('/moved', (_request, reply) => reply.callNotFound());
  }
}

/** Binds routes of every kind. */
export const ordersModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(OrderRoutes).toSelf();
    bind(WebRoutes).toService(OrderRoutes);
  });

export const givenOrders = (web: Record<string, unknown> = {}) =>
  givenRunningWeb({ modules: [webModule(), ordersModule()] }, web);

export const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return call(url, { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } });
};
