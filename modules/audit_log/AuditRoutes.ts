import type { FastifyInstance } from 'fastify';
import { injectable } from 'inversify';

import { disconnection } from '../shared/http';
import { failure } from '../web/failures';
import { WebRoutes } from '../web/WebRoutes';
import type { AuditEvent, AuditEventType } from './auditEvents';
import { AuditLog } from './AuditLog';

const QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    after: { type: 'string', pattern: '^[0-9]{1,15}$' },
    types: { type: 'string', minLength: 1, maxLength: 2_000 },
    limit: { type: 'string', pattern: '^([1-9][0-9]{0,2}|1000)$', default: '100' },
  },
};

interface Query {
  readonly Querystring: { readonly after?: string; readonly types?: string; readonly limit: string };
}

/**
 * `GET /api/audit?after=&types=&limit=`: events, oldest first. With `after`, a sequence, the ones that follow it; without,
 * the last ones. `types` are separated by commas. `more` says that others follow.
 */
@injectable()
export class AuditRoutes extends WebRoutes {
  constructor(private readonly audit: AuditLog) {
    super();
  }

  override register(server: FastifyInstance): void {
    server.get<Query>('/api/audit', { schema: { querystring: QUERY } }, async ({ query }, reply) => {
      const types = query.types?.split(',') as AuditEventType[] | undefined;
      const known = this.audit.types;
      if (types?.every((type) => known.includes(type)) === false) {
        const problems = [`"types" must be of ${known.join(', ')}.`];
        return reply.code(400).send(failure('BAD_QUERY', 'The query is not valid.', problems));
      }
      const options = { types, signal: disconnection(reply.raw) };
      const limit = Number(query.limit);
      if (query.after !== undefined) return this.#following(Number(query.after), limit, options);
      return { events: await this.audit.latest(limit, options), more: false };
    });
  }

  async #following(
    after: number,
    limit: number,
    options: { types: readonly AuditEventType[] | undefined; signal: AbortSignal },
  ): Promise<{ events: readonly AuditEvent[]; more: boolean }> {
    const events: AuditEvent[] = [];
    for await (const event of this.audit.scan({ after, ...options })) {
      if (events.length === limit) return { events, more: true };
      events.push(event);
    }
    return { events, more: false };
  }
}
