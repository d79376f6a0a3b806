import {
  Application,
  type BootPlan,
  Clock,
  codeOf,
  type HistoryPage,
  type HistoryQuery,
  type ListenerStatus,
  type OperatorIntent,
  type RunRecord,
  type ScheduleExplanation,
} from 'daemonry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { injectable } from 'inversify';

import { failure } from '../web/failures';
import { instant, type Parameter, type ParsedQuery, parseQuery, text } from '../web/query';
import { WebRoutes } from '../web/WebRoutes';
import { AdminSettings } from './AdminDashboard';
import { listFiles, type ServedFile } from './adminFiles';
import { type Lane, lanesOf, type Span } from './timeline';

const ANYBODY = { config: { may: 'anybody' } } as const;

/** The policy of the pages: they run their own files, ask their own server, and make no markup of texts. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const TIMELINE = { from: instant('give its beginning.'), to: instant('give its end.') };
const DUE = { listener: text('name the listener whose due moments you want.') };

/** Longest timeline, in days. */
const MOST_DAYS = 31;
const DAY_MS = 86_400_000;
/** Due moments of a task that are told ahead. */
const MOMENTS = 10;
/** Pages of the history that are read for one timeline, and the runs on each. */
const MOST_PAGES = 20;
const PAGE = 1_000;

/** A standstill of the event loop that is over. */
export interface ToldStandstill {
  /** When it was over, as ISO text. */
  readonly at: string;
  readonly blockedMs: number;
  readonly listener?: string;
  readonly hook?: string;
  readonly task?: string;
  /** The innermost frame. */
  readonly frame?: string;
}

/** Intents of operators, and the watch over the application. */
export interface Operation {
  readonly intents: readonly OperatorIntent[];
  /** Absent where it is off. */
  readonly watchdog?: { readonly afterMs: number; readonly port?: number };
  /** Standstills since the server was started first. */
  readonly standstills: { readonly count: number; readonly newest?: ToldStandstill };
}

/** A listener at the end of the boot: its state, and how its startup went. */
export type BootedListener = Pick<
  ListenerStatus,
  'name' | 'state' | 'startedAt' | 'startupMs' | 'error' | 'disabledReason' | 'blockedBy'
>;

/** The boot of this run as it was when it was decided. Restarts since then do not change it. */
export interface Boot {
  /** When it was decided, as ISO text. */
  readonly bootedAt: string;
  /** In start order. */
  readonly listeners: readonly BootedListener[];
}

/** The due moments of a task that come next, as ISO text. */
interface NextDue {
  readonly task: string;
  readonly due: readonly string[];
}

/**
 * The pages of the dashboard under `/admin/`, which anybody may load, since they show nothing by themselves; and what only
 * they ask: `GET /admin/api/timeline`, `due`, `about`, `operation`, `boot` and `last-run`.
 */
@injectable()
export class AdminRoutes extends WebRoutes {
  readonly #standstills: { count: number; newest: ToldStandstill | undefined } = { count: 0, newest: undefined };
  #isWatching = false;
  #boot: Boot | undefined;

  constructor(
    private readonly application: Application,
    private readonly clock: Clock,
    private readonly settings: AdminSettings,
  ) {
    super();
  }

  override register(server: FastifyInstance): void {
    const files = listFiles();
    server.get('/admin', ANYBODY, (_request, reply) => reply.redirect('/admin/', 308));
    const index = files.get('app/index.html');
    if (index !== undefined)
      server.get('/admin/', ANYBODY, async (request, reply) => send(await index(), request, reply));
    for (const [path, read] of files) {
      server.get(`/admin/${path}`, ANYBODY, async (request, reply) => send(await read(), request, reply));
    }

    server.get('/admin/api/about', async () => {
      const { name, plan } = this.application;
      const keeps = {
        history: (await this.#page({ limit: 1 })) !== undefined,
        audit: plan.modules.some((each) => each.name === 'audit_log'),
      };
      return { name, now: new Date(this.clock.now()).toISOString(), label: this.settings.label, keeps };
    });
    this.#watch();
    server.get('/admin/api/operation', (): Operation => {
      const { count, newest } = this.#standstills;
      const watchdog = watchdogOf(this.application.plan);
      return {
        intents: this.application.intents(),
        ...(watchdog === undefined ? {} : { watchdog }),
        standstills: { count, ...(newest === undefined ? {} : { newest }) },
      };
    });
    // Empty before the boot is decided, and where the server was started after it.
    server.get('/admin/api/boot', () => (this.#boot === undefined ? {} : { boot: this.#boot }));
    server.get('/admin/api/last-run', async () => {
      const run = await this.application.previousRun();
      return run === undefined ? {} : { run };
    });
    server.get('/admin/api/timeline', async (request, reply) => {
      const parsed = parseQuery(request.query as Record<string, unknown>, TIMELINE);
      const span = parsed.ok ? spanOf(parsed.values) : undefined;
      if (span === undefined) return refuse(reply, parsed, [`"to" must be up to ${MOST_DAYS} days after "from".`]);
      return this.#timeline(span);
    });
    server.get('/admin/api/due', async (request, reply) => {
      const parsed = parseQuery(request.query as Record<string, unknown>, DUE);
      if (!parsed.ok) return refuse(reply, parsed);
      const found = this.application.status().listeners.find(({ name }) => name === parsed.values.listener);
      if (found === undefined) return reply.code(404).send(failure('UNKNOWN_LISTENER', 'There is no such listener.'));
      return Promise.all(found.tasks.map((task) => this.#due(found.name, task.name, task.nextRunAt)));
    });
  }

  /** Takes notice of standstills, and of the end of the boot, from the first start of the server on. */
  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.application.events.on('application.started', () => {
      // Not within the boot: the first status reads the history.
      setImmediate(() => {
        const { bootedAt, listeners } = this.application.status();
        if (bootedAt !== undefined) this.#boot = { bootedAt, listeners: listeners.map(bootedOf) };
      });
    });
    this.application.events.on('loop.blocked', ({ listener, hook, task, blockedMs, stack }) => {
      const frame = stack?.split('\n', 1)[0];
      this.#standstills.count++;
      this.#standstills.newest = {
        at: new Date(this.clock.now()).toISOString(),
        blockedMs,
        ...(listener === undefined ? {} : { listener }),
        ...(hook === undefined ? {} : { hook }),
        ...(task === undefined ? {} : { task }),
        ...(frame === undefined ? {} : { frame }),
      };
    });
  }

  /** A page of the history; undefined if none is kept. */
  async #page(query: HistoryQuery): Promise<HistoryPage | undefined> {
    try {
      return await this.application.history.query(query);
    } catch (error) {
      if (codeOf(error) === 'HISTORY_OFF') return undefined;
      throw error;
    }
  }

  async #timeline(span: Span): Promise<{ from: string; to: string; partial: boolean; lanes: readonly Lane[] }> {
    const records = new Map<string, RunRecord>();
    const partial = await this.#earlier(span, records);
    for (const name of this.application.plan.order) {
      for (const record of this.application.runs(name)) records.set(record.runId, record);
    }
    const [from, to] = [span.from, span.to].map((ms) => new Date(ms).toISOString()) as [string, string];
    return { from, to, partial, lanes: lanesOf(records.values(), span) };
  }

  /** Adds the runs that the history has; returns true if there are more than are read. */
  async #earlier({ from, to }: Span, records: Map<string, RunRecord>): Promise<boolean> {
    let before: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const found = await this.#page({ from, to, limit: PAGE, ...(before === undefined ? {} : { before }) });
      for (const record of found?.runs ?? []) records.set(record.runId, record);
      if (found?.next === undefined) return false;
      before = found.next;
    }
    return true;
  }

  async #due(listener: string, task: string, first: string | undefined): Promise<NextDue> {
    const due: string[] = [];
    for (let next = first; next !== undefined && due.length < MOMENTS;) {
      due.push(next);
      const at = next;
      const explained: readonly ScheduleExplanation[] = await this.application.explain(listener, at);
      next = explained.find((each) => each.task === task)?.nextDueAt;
      if (next !== undefined && next <= at) break;
    }
    return { task, due };
  }
}

/** The part of a listener's status that tells how its startup went. */
const bootedOf = ({ tasks: _, ...listener }: ListenerStatus): BootedListener => listener;

/** The watchdog, as it is configured. */
function watchdogOf({ values }: BootPlan): Operation['watchdog'] {
  const valueAt = (path: string): unknown => values.find((value) => value.path === path)?.value;
  const [after, port] = [valueAt('watchdog.after'), valueAt('watchdog.port')];
  if (typeof after !== 'number') return undefined;
  return { afterMs: after, ...(typeof port === 'number' ? { port } : {}) };
}

function spanOf({ from = '', to = '' }: { readonly from?: string; readonly to?: string }): Span | undefined {
  const span = { from: Date.parse(from), to: Date.parse(to) };
  const length = span.to - span.from;
  return length > 0 && length <= MOST_DAYS * DAY_MS ? span : undefined;
}

const refuse = <P extends Readonly<Record<string, Parameter<unknown>>>>(
  reply: FastifyReply,
  parsed: ParsedQuery<P>,
  otherwise: readonly string[] = [],
): FastifyReply =>
  reply.code(400).send(failure('BAD_QUERY', 'The query is not valid.', parsed.ok ? otherwise : parsed.problems));

/** Sends a file, or says that the browser has it already. */
function send({ content, type, etag }: ServedFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.headers({ 'content-security-policy': POLICY, 'cache-control': 'no-cache', etag });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type(type).send(content);
}
