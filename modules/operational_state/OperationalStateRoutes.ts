import type { FastifyInstance } from 'fastify';
import { injectable } from 'inversify';

import { REASON } from '../shared/http';
import { answerRefusedAct } from '../web/operateRoute';
import { WebRoutes } from '../web/WebRoutes';
import { OperationalState, type OperationalStateChange } from './OperationalState';
import { OPERATIONAL_STATES } from './StateJournal';

const PATH = '/api/operational-state';

const body = {
  type: 'object',
  required: ['state', 'reason'],
  additionalProperties: false,
  properties: { state: { type: 'string', enum: OPERATIONAL_STATES }, reason: REASON },
};

/** `GET` and `POST /api/operational-state`. */
@injectable()
export class OperationalStateRoutes extends WebRoutes {
  constructor(private readonly state: OperationalState) {
    super();
  }

  override register(server: FastifyInstance): void {
    server.get(PATH, () => this.state.current());
    server.post<{ Body: Pick<OperationalStateChange, 'state' | 'reason'> }>(
      PATH,
      { schema: { body } },
      async ({ body: { state, reason }, operator }, reply) => {
        try {
          return await this.state.change({ state, reason, by: operator!.name, kind: operator!.kind });
        } catch (error) {
          return answerRefusedAct(reply, error);
        }
      },
    );
  }
}
