import {
  type Application,
  type BootPlan,
  type Clock,
  codeOf,
  formatDuration,
  messageOf,
  type OperatorIntent,
  type PlannedValue,
  UnknownListenerError,
  UnknownTaskError,
  type RunRecord,
  type SerializedError,
} from 'daemonry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { AccessGuard } from './AccessGuard';
import { failure } from './failures';
import { instant, instantOrAgo, oneOf, parseQuery, type Parameter, text, whole } from './query';
import type { EventReaders } from './EventReaders';

const RUNS = {
  listener: text('name the listener whose runs you want.'),
  task: text(),
  limit: whole(1, 1_000),
};

const DEAD_LETTERS = {
  listener: text('name the listener whose dead letters you want.'),
  task: text(),
  tickId: text(),
  limit: whole(1, 1_000),
};

const historyOf = (clock: Pick<Clock, 'now'>) => ({
  listener: text(),
  task: text(),
  outcome: oneOf('succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'lost'),
  from: instantOrAgo(clock),
  to: instantOrAgo(clock),
  before: text(),
  limit: whole(1, 1_000),
});

const EXPLAIN = {
  listener: text('name the listener whose schedule you want explained.'),
  at: instant('give the instant that you ask about.'),
  task: text(),
};

/** Whoever starts, stops and balances processes has no credentials. */
const PROBE = { config: { may: 'anybody' } } as const;

/** The parts of the server that the routes work with. */
interface ReadingParts {
  readonly application: Application;
  readonly clock: Clock;
  readonly readers: EventReaders;
  readonly access: AccessGuard;
}

/** Adds the health endpoints and the API of the application to the server; all of it only reads. */
export function registerReadingRoutes(
  server: FastifyInstance,
  { application, clock, readers, access }: ReadingParts,
): void {
  // Asks no health hook: a slow dependency is no reason to restart a process that lives.
  server.get('/livez', PROBE, (_request, reply) => {
    const { live, causes } = application.liveness();
    return reply.code(live ? 200 : 503).send({ live, causes });
  });

  server.get('/readyz', PROBE, async (_request, reply) => {
    const { ready, causes, listeners } = await application.health();
    return reply.code(ready ? 200 : 503).send({ ready, causes, listeners });
  });

  server.get('/startupz', PROBE, async (_request, reply) => {
    const { started, causes } = await application.health();
    return reply.code(started ? 200 : 503).send({ started, causes });
  });

  /** Answers a query whose parameters are all valid; every other with what is wrong. */
  const answer = <P extends Readonly<Record<string, Parameter<unknown>>>>(
    path: string,
    parameters: P,
    read: (values: (ReturnType<typeof parseQuery<P>> & { ok: true })['values']) => unknown,
  ): void => {
    server.get(path, async (request: FastifyRequest, reply: FastifyReply) => {
      const parsed = parseQuery(request.query as Readonly<Record<string, unknown>>, parameters);
      if (!parsed.ok) return reply.code(400).send(failure('BAD_QUERY', 'The query is not valid.', parsed.problems));
      try {
        return await read(parsed.values);
      } catch (error) {
        const status = statusOf(error);
        if (status === undefined) throw error;
        return reply.code(status).send(failure(codeOf(error) ?? 'BAD_QUERY', messageOf(error)));
      }
    });
  };

  answer('/api/status', {}, () => application.status());
  answer('/api/plan', {}, () => application.plan);
  answer('/api/health', {}, () => application.health());
  answer('/api/config', {}, () => ({ values: configurationOf(application.plan) }));
  answer('/api/loggers', {}, () => loggersOf({ plan: application.plan, intents: application.intents() }));
  answer('/api/runs', RUNS, ({ listener = '', task, limit }) =>
    application.runs(listener, defined({ task, limit })).map(withStack),
  );
  answer('/api/explain', EXPLAIN, async ({ listener = '', at = '', task }) => {
    // The names of tasks are checked where the runs are.
    if (task !== undefined) application.runs(listener, { task, limit: 1 });
    const explained = await application.explain(listener, at);
    return task === undefined ? explained : explained.filter((each) => each.task === task);
  });
  answer('/api/history', historyOf(clock), async (query) => {
    const { runs, ...page } = await application.history.query(defined(query));
    return { runs: runs.map(withStack), ...page };
  });

  answer('/api/dead-letters', DEAD_LETTERS, async ({ listener = '', ...query }) => {
    const letters = await application.deadLetters(listener, defined(query));
    return letters.map(({ record, ...letter }) => ({
      ...letter,
      ...(record === undefined ? {} : { record: withStack(record) }),
    }));
  });

  server.get('/api/events', { exposeHeadRoute: false }, (request, reply) => {
    if (!readers.hasRoom) {
      const refusal = failure('TOO_MANY_READERS', 'As many read the events as may; try again when one has left.');
      return reply.code(503).header('retry-after', '10').send(refusal);
    }
    reply.hijack();
    for (const [name, value = ''] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value);
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    // A session ends, and a stream does not: who reads it is asked again.
    readers.add(reply.raw, () => access.admit(request, 'read').admitted);
    return reply;
  });
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  HISTORY_OFF: 404,
  HISTORY_QUERY_INVALID: 400,
  NOT_RUNNING: 409,
  CLUSTER_UNREACHABLE: 503,
};

function statusOf(error: unknown): number | undefined {
  if (error instanceof UnknownListenerError || error instanceof UnknownTaskError) return 404;
  return STATUS_OF_CODE[codeOf(error) ?? ''];
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The object without the properties that are undefined. */
const defined = <T extends object>(values: T): Defined<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;

/** The record with the stack of its error, which is otherwise no part of its JSON. */
function withStack(record: RunRecord): RunRecord {
  const stack = record.error?.stack;
  if (stack === undefined) return record;
  return { ...record, error: { ...(record.error as SerializedError), stack } };
}

/** Every value of the configuration with its origin: of the framework and the settings, then of each listener. */
function configurationOf({ values, listeners }: BootPlan): readonly PlannedValue[] {
  const own = listeners.flatMap(({ name, tasks, origins, ...listener }) => [
    ...valuesAt(`listeners.${name}`, origins, {
      enabled: listener.disabledReason === undefined,
      startupTimeout: formatDuration(listener.startupTimeoutMs),
      shutdownTimeout: formatDuration(listener.shutdownTimeoutMs),
      restart: listener.restart,
      essential: listener.essential,
      fatalOnStartupFailure: listener.fatalOnStartupFailure,
      tags: listener.tags,
    }),
    ...tasks.flatMap((task) =>
      valuesAt(`listeners.${name}.tasks.${task.name}`, task.origins, {
        [task.origins['cron'] === undefined ? 'interval' : 'cron']: task.schedule,
        overlap: task.overlap,
        misfire: task.misfire,
        jitter: task.jitter,
        tickTimeout: formatDuration(task.tickTimeoutMs),
        drainTimeout: formatDuration(task.drainTimeoutMs),
        mustSucceedWithin: task.mustSucceedWithinMs === undefined ? 'none' : formatDuration(task.mustSucceedWithinMs),
        freshness: task.freshness,
        scope: task.scope ?? 'process',
        ...(task.scope === undefined ? {} : { delivery: task.delivery, maxStarts: task.maxStarts }),
      }),
    ),
  ]);
  return [...values, ...own];
}

const valuesAt = (
  path: string,
  origins: Readonly<Record<string, string>>,
  values: Readonly<Record<string, unknown>>,
): PlannedValue[] =>
  Object.entries(values).flatMap(([option, value]) => {
    const origin = origins[option];
    return origin === undefined ? [] : [{ path: `${path}.${option}`, value, origin }];
  });

/**
 * The levels that hold: that of all, and that of each listener, with its origin. `operator` is there where an operator has set
 * it: for all of them, or for that listener.
 */
function loggersOf({
  plan,
  intents,
}: {
  readonly plan: BootPlan;
  readonly intents: readonly OperatorIntent[];
}): object {
  const values = new Map(plan.values.map((value) => [value.path, value]));
  const set = new Map(intents.filter(({ action }) => action === 'log-level').map((each) => [each.listener, each]));
  const levelAt = (path: string, listener: string | undefined) => {
    const found = values.get(path);
    if (found === undefined) return undefined;
    const intent = set.get(listener);
    return { level: found.value, origin: found.origin, ...(intent === undefined ? {} : { operator: setBy(intent) }) };
  };
  const all = levelAt('logging.level', undefined) ?? { level: 'info', origin: 'default' };
  const listeners = plan.order.map((name) => ({ name, ...(levelAt(`logging.levels.${name}`, name) ?? all) }));
  return { ...all, listeners };
}

const setBy = ({ by, kind, reason, since, until }: OperatorIntent) => ({
  ...{ by, kind, reason, since },
  ...(until === undefined ? {} : { until }),
});
