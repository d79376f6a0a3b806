import type { ListenerLogger } from 'daemonry';

import type { ClusterClaims } from '../shared/ClusterClaims';
import type { ClusterStore } from './ClusterStore';
import type { OwnChanges } from './OwnChanges';

/** The parts of the engine that its tasks and bodies share. */
export interface EngineParts {
  readonly processId: () => string;
  readonly leaseMs: () => number;
  /** When this process first reached the store, on its clock. Asked when it has. */
  readonly startedAt: () => number;
  readonly claims: ClusterClaims;
  readonly log: Pick<ListenerLogger, 'warn' | 'debug'>;
  /** Time of the store, as far as it is known. */
  readonly now: () => number;
  /** Called with the time of the store, as an answer has told it. */
  readonly measured: (now: number) => void;
  /** Called with errors of the client that nobody awaits. */
  readonly clientFailed: (path: string, error: Error) => void;
  /**
   * Calls the store.
   * @param act - the act, as an error names it: `offer a due moment`.
   * @param work - given the time of the store at which nobody waits for it any more.
   * @param withinMs - the time limit. @defaultValue 2 s
   * @throws ClusterUnreachableError when it is away, or does not answer in time.
   */
  readonly ask: <T>(
    path: string,
    act: string,
    work: (store: ClusterStore, before: number) => Promise<T>,
    withinMs?: number,
  ) => Promise<T>;
}

/** A task or a body that this process has joined. */
export interface Joined {
  readonly path: string;
  readonly application: string;
  readonly ownChanges: OwnChanges;
  /** Opens its queue, once the store is connected. */
  attach(store: ClusterStore): Promise<void>;
  /** Makes itself known again, after the connection was lost, or the store has forgotten it. */
  announce(store: ClusterStore): Promise<void>;
  /** True if the store has forgotten that this process is there: its state was evicted or deleted, or it was frozen for long. */
  readonly isForgotten: boolean;
  /** Looks for what other tools have done to its queue. */
  look(): Promise<void>;
  /** Closes its queue; what is in flight is given up. */
  detach(): Promise<void>;
  /** Takes notice of what is in the store, and of the time until which the lease on it holds. */
  updated(fields: Readonly<Record<string, string>> | undefined, leaseUntil: number | undefined): void;
  /** Takes notice of the processes that are there. */
  present(processes: readonly string[], store: ClusterStore): Promise<void>;
}
