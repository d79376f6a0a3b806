import { type Application, UnknownListenerError, UnknownTaskError, type RunQuery } from 'daemonry';
import type { FastifyInstance } from 'fastify';

import { failure } from './failures';

/** Whoever starts, stops and balances processes has no credentials. */
const PROBE = { config: { may: 'anybody' } } as const;

/** The routes of the server; all of them only read. */
export function registerRoutes(server: FastifyInstance, application: Application): void {
  // Asks no health hook: a slow dependency is no reason to restart a process that lives.
  server.get('/livez', PROBE, () => ({ live: true, causes: [] }));

  server.get('/readyz', PROBE, async (_request, reply) => {
    const { ready, causes, listeners } = await application.health();
    return reply.code(ready ? 200 : 503).send({ ready, causes, listeners });
  });

  server.get('/startupz', PROBE, async (_request, reply) => {
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

const LARGEST_LIMIT = 1_000;
const PARAMETERS = ['listener', 'task', 'limit'];

type ParsedRunsQuery =
  | { readonly ok: true; readonly listener: string; readonly query: RunQuery }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads the query of `/api/runs`; reports everything that is wrong with it. */
function parseRunsQuery(given: Readonly<Record<string, unknown>>): ParsedRunsQuery {
  const problems = Object.keys(given)
    .filter((name) => !PARAMETERS.includes(name))
    .map((name) => `"${name}" is not a parameter; known are ${PARAMETERS.join(', ')}.`);

  const text = (name: string): string | undefined => {
    const value = given[name];
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value !== '') return value;
    problems.push(Array.isArray(value) ? `"${name}" is given more than once.` : `"${name}" is empty.`);
    return undefined;
  };

  const [listener, task, limitText] = [text('listener'), text('task'), text('limit')];
  if (given['listener'] === undefined) problems.push('"listener" is missing: name the listener whose runs you want.');
  const limit = limitText === undefined ? undefined : Number(limitText);
  if (limit !== undefined && !(/^\d+$/.test(limitText ?? '') && limit >= 1 && limit <= LARGEST_LIMIT)) {
    problems.push(`"limit" must be a whole number from 1 to ${LARGEST_LIMIT}, not "${limitText ?? ''}".`);
  }

  if (listener === undefined || problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    listener,
    query: { ...(task === undefined ? {} : { task }), ...(limit === undefined ? {} : { limit }) },
  };
}
