import type { FastifyInstance } from 'fastify';
import { injectable } from 'inversify';

import { BY, REASON } from '../shared/http';
import { WebRoutes } from '../web/WebRoutes';
import { OPERATIONAL_STATES, OperationalState, type OperationalStateChange } from './OperationalState';

const PATH = '/api/operational-state';

const body = {
  type: 'object',
  required: ['state', 'reason', 'by'],
  additionalProperties: false,
  properties: { state: { type: 'string', enum: OPERATIONAL_STATES }, reason: REASON, by: BY },
};

/** `GET` and `POST /api/operational-state`. */
@injectable()
export class OperationalStateRoutes extends WebRoutes {
  constructor(private readonly state: OperationalState) {
    super();
  }

  override register(server: FastifyInstance): void {
    server.get(PATH, () => this.state.current());
    server.post<{ Body: OperationalStateChange }>(PATH, { schema: { body } }, (request) =>
      this.state.change(request.body),
    );
  }
}
