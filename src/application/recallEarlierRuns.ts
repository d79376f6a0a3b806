import type { Registry } from '../contracts/Application';
import type { BackgroundDaemonEntry } from '../contracts/entries';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import { toError } from '../errors/serializeError';
import type { StateHistory } from '../history/StateHistory';
import type { InMemoryRunLedger } from '../scheduling/InMemoryRunLedger';

interface RecallParts {
  readonly kept: StateHistory | undefined;
  readonly ledger: InMemoryRunLedger;
  readonly daemons: Registry<BackgroundDaemonEntry>;
  readonly log: Pick<ListenerLogger, 'warn'>;
}

/** Has the runs of earlier processes counted in the status, the first time that it is asked for with the database open. */
export function recallEarlierRuns({ kept, ledger, daemons, log }: RecallParts): void {
  if (kept?.hasEarlier !== true) return;
  try {
    for (const { listener, task, ...earlier } of kept.takeEarlier()) {
      const spec = daemons.get(listener)?.tasks.find(({ name }) => name === task);
      // What other processes of the cluster have done since then is not in the state of this one.
      if (spec !== undefined && spec.cluster === undefined) ledger.history(listener, task).recall(earlier);
    }
  } catch (thrown) {
    const message = 'the runs of earlier processes cannot be read: the status knows those of this one alone';
    log.warn(message, { error: toError(thrown) });
  }
}
