import type { Registry } from '../contracts/Application';
import type { BackgroundDaemonEntry } from '../contracts/entries';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import { toError } from '../errors/serializeError';
import { runOutsideExecution } from '../execution/ExecutionContext';
import type { HistoryOnDemand } from '../history/HistoryOnDemand';
import type { InMemoryRunLedger } from '../scheduling/InMemoryRunLedger';
import { native } from '../time/native';

interface RecallParts {
  readonly kept: HistoryOnDemand | undefined;
  readonly ledger: InMemoryRunLedger;
  readonly daemons: Registry<BackgroundDaemonEntry>;
  readonly log: Pick<ListenerLogger, 'warn'>;
}

/** Tasks that take a few milliseconds at the most. */
const AT_ONCE = 200;

/** Has the runs of earlier processes counted in the status before somebody asks for it, some tasks in each turn of the loop. */
export function recallInParts(parts: RecallParts): void {
  if (parts.kept?.hasEarlier !== true) return;
  runOutsideExecution(() =>
    native.setImmediate(() => {
      recallEarlierRuns(parts, AT_ONCE);
      recallInParts(parts);
    }),
  );
}

/**
 * Has the runs of earlier processes counted in the status, where that has not been done.
 *
 * @param most - the number of tasks. @defaultValue all that are left
 */
export function recallEarlierRuns({ kept, ledger, daemons, log }: RecallParts, most?: number): void {
  if (kept?.hasEarlier !== true) return;
  try {
    for (const { listener, task, ...earlier } of kept.takeEarlier(most)) {
      const spec = daemons.get(listener)?.tasks.find(({ name }) => name === task);
      // What other processes of the cluster have done since then is not in the state of this one.
      if (spec !== undefined && spec.cluster === undefined) ledger.history(listener, task).recall(earlier);
    }
  } catch (thrown) {
    const message = 'the runs of earlier processes cannot be read: the status knows those of this one alone';
    log.warn(message, { error: toError(thrown) });
  }
}
