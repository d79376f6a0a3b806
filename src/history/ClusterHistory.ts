import type { ClusterTaskHandle } from '../contracts/ClusterEngine';
import { type HistoryPage, type HistoryQuery, RunHistory } from '../contracts/RunHistory';
import { instantMs } from '../time/instant';
import { selectionOf } from './historyQuery';

/** Finds the tasks of a query in the cluster; undefined unless all of them are shared and scheduled. */
type SharedTasks = (listener: string, task: string | undefined) => readonly ClusterTaskHandle[] | undefined;

/**
 * The history of an application with tasks of cluster scope. A query about such a task is answered by the cluster engine, with
 * the runs of all processes by due moment; any other by the history of this process.
 */
export class ClusterHistory extends RunHistory {
  readonly #own: RunHistory;
  readonly #shared: SharedTasks;

  constructor(own: RunHistory, shared: SharedTasks) {
    super();
    this.#own = own;
    this.#shared = shared;
  }

  async query(query: HistoryQuery = {}): Promise<HistoryPage> {
    const { listener, task, outcome, from, to = Infinity, before } = query;
    const handles = listener === undefined ? undefined : this.#shared(listener, task);
    if (handles === undefined) return this.#own.query(query);
    const { limit } = selectionOf(query);
    // A page ends at a due moment, and within it after a number of runs that are due then.
    const [at = Infinity, seen = 0] = before === undefined ? [] : before.split('.').map(Number);
    const until = Math.min(to === Infinity ? Infinity : instantMs(to), at + 1);
    const asked = {
      ...(outcome === undefined ? {} : { outcome }),
      ...(from === undefined ? {} : { from: instantMs(from) }),
      ...(until === Infinity ? {} : { to: until }),
      limit: limit + seen + 1,
    };
    const found = (await Promise.all(handles.map((handle) => handle.history(asked)))).flat();
    found.sort((a, b) => b.scheduledAt.localeCompare(a.scheduledAt));
    const rest = found.slice(seen);
    const runs = rest.slice(0, limit);
    const last = runs.at(-1);
    if (last === undefined || rest.length <= limit) return { runs };
    const ofLast = found.slice(0, seen + limit).filter(({ scheduledAt }) => scheduledAt === last.scheduledAt).length;
    return { runs, next: `${Date.parse(last.scheduledAt)}.${ofLast}` };
  }
}
