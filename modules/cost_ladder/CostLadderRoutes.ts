import type { FastifyInstance } from 'fastify';
import { injectable } from 'inversify';

import { REASON } from '../shared/http';
import { WebRoutes } from '../web/WebRoutes';
import { LARGEST_BUDGET_USD, SMALLEST_BUDGET_USD } from './LadderRecord';
import { type BudgetChange, CostLadder } from './CostLadder';

const PATH = '/api/cost-ladder';

/** One line, as for `POST /api/operate`: it is written to terminals. */
const ONE_LINE = '^(?=.*\\S)[^\\p{Cc}\\p{Cs}\\u2028\\u2029]*$';

const body = {
  type: 'object',
  required: ['monthlyBudgetUsd', 'reason'],
  additionalProperties: false,
  properties: {
    monthlyBudgetUsd: { type: 'number', minimum: SMALLEST_BUDGET_USD, maximum: LARGEST_BUDGET_USD },
    reason: { ...REASON, pattern: ONE_LINE },
  },
};

/** `GET` and `POST /api/cost-ladder`. */
@injectable()
export class CostLadderRoutes extends WebRoutes {
  constructor(private readonly ladder: CostLadder) {
    super();
  }

  override register(server: FastifyInstance): void {
    server.get(PATH, () => this.ladder.current());
    server.post<{ Body: Omit<BudgetChange, 'by'> }>(PATH, { schema: { body }, config: { may: 'approve' } }, (request) =>
      this.ladder.setBudget({ ...request.body, by: request.operator!.name }),
    );
  }
}
