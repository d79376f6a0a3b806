import type { AuditEvent, AuditEventType } from './AuditEvent';

export interface Delivery {
  /** How many events were handed over, the failed ones included. */
  readonly delivered: number;
  /** The events whose handler rejected; they are not handed over again. */
  readonly failed: readonly { readonly sequence: number; readonly error: Error }[];
  /** How many events are gone, because retention removed them before this consumer came to them. */
  readonly missed: number;
  /** There was another event for this consumer when the limit was reached. */
  readonly more: boolean;
}

export interface DeliverOptions {
  /** @defaultValue no limit */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** Hands the events of some types to somebody, each once and in order. */
export interface AuditConsumer<T extends AuditEventType = AuditEventType> {
  /**
   * Hands each new event, oldest first, to `handle`: what is in the log at the call. The cursor is stored after each. The
   * first call ever of a name begins at the end of the log: history is not replayed. An event whose handler rejects counts
   * as handed over and is in `failed`; but one whose handler rejects once the signal has aborted is handed over again.
   *
   * @throws AuditWriteError when the cursor cannot be stored; the signal's reason, once it aborts.
   */
  deliver(handle: (event: AuditEvent<T>) => Promise<void>, options?: DeliverOptions): Promise<Delivery>;
  /** Makes the cursor begin now, at the end of the log, if it has none. @throws AuditWriteError */
  start(): Promise<void>;
}
