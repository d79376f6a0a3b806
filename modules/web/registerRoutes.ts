import { type Application, UnknownListenerError, UnknownTaskError } from 'daemonry';
import type { FastifyInstance } from 'fastify';

import { failure } from './failure';
import { parseRunsQuery } from './runsQuery';

/** The routes of the server; all of them only read. */
export function registerRoutes(server: FastifyInstance, application: Application): void {
  // Asks no health hook: a slow dependency is no reason to restart a process that lives.
  server.get('/livez', () => ({ live: true, causes: [] }));

  server.get('/readyz', async (_request, reply) => {
    const { ready, causes, listeners } = await application.health();
    return reply.code(ready ? 200 : 503).send({ ready, causes, listeners });
  });

  server.get('/startupz', async (_request, reply) => {
    const { started, causes } = await application.health();
    return reply.code(started ? 200 : 503).send({ started, causes });
  });

  server.get('/api/status', () => application.status());

  server.get('/api/plan', () => application.plan);

  server.get<{ Querystring: Record<string, unknown> }>('/api/runs', (request, reply) => {
    const parsed = parseRunsQuery(request.query);
    if (!parsed.ok) return reply.code(400).send(failure('BAD_QUERY', 'The query is not valid.', parsed.problems));
    try {
      return reply.send(application.runs(parsed.listener, parsed.query));
    } catch (error) {
      if (!(error instanceof UnknownListenerError || error instanceof UnknownTaskError)) throw error;
      return reply.code(404).send(failure(error.code, error.message));
    }
  });
}
