import type { ClusterEngine, ClusterHold, ClusterLease, ClusterState } from '../contracts/ClusterEngine';
import { limited } from '../contracts/ListenerLogger';
import { RunReturnedError } from '../errors/bootErrors';
import { LeaseLostError } from '../errors/clusterErrors';
import { isErrorLike } from '../errors/foreign';
import { toError } from '../errors/serializeError';
import type { CallEnvironment } from '../execution/CallContext';
import { runOutsideExecution } from '../execution/ExecutionContext';
import { RunCall } from './calls';

/** The parts of an application that share its `run` bodies. */
export interface ClusterBodies {
  /** The name of the application. */
  readonly application: string;
  readonly engine: () => ClusterEngine;
}

/** One call of a `run` body, while this process is its holder. */
class HeldCall extends RunCall {
  readonly #lease: ClusterLease;

  constructor(environment: CallEnvironment, listener: string, failed: (error: unknown) => void, lease: ClusterLease) {
    super(environment, listener, failed);
    this.#lease = lease;
  }

  override get fencingToken(): bigint {
    return this.#lease.fencingToken;
  }

  protected override revocation(): string | undefined {
    return this.#lease.isHeld ? undefined : 'its lease is lost: another process may hold the body';
  }
}

/**
 * A `run` body of cluster scope in this process: called each time that this process becomes the holder. When the lease is
 * lost, the body is aborted, and the process waits to be the holder again; when the body ends by itself, the listener dies as
 * with process scope, and another process goes on.
 */
export class HeldBody {
  readonly #environment: CallEnvironment;
  readonly #listener: string;
  readonly #body: (context: RunCall) => void | Promise<void>;
  readonly #died: (error: unknown) => void;
  readonly #hold: ClusterHold;
  #call: HeldCall | undefined;
  #left: Promise<void> | undefined;

  /** @param died - called when the body ends before it is asked to, or declares its listener failed. */
  constructor(
    environment: CallEnvironment,
    { application, engine }: ClusterBodies,
    listener: string,
    body: (context: RunCall) => void | Promise<void>,
    died: (error: unknown) => void,
  ) {
    this.#environment = environment;
    this.#listener = listener;
    this.#body = body;
    this.#died = died;
    this.#hold = engine().hold({ application, listener }, { acquired: (lease) => this.#acquired(lease) });
  }

  /** The holder in the cluster. */
  get cluster(): ClusterState {
    return this.#hold.state;
  }

  /** Settles when the body has returned and the lease is given back, after {@link abort}. */
  get ended(): Promise<void> {
    return this.#left ?? Promise.resolve();
  }

  abort(reason: Error): void {
    this.#call?.abort(reason);
    this.#leave();
  }

  isAbortedBy(error: unknown): boolean {
    return this.#call?.isAbortedBy(error) === true;
  }

  #acquired(lease: ClusterLease): Promise<void> {
    if (this.#left !== undefined || lease.signal.aborted) return Promise.resolve();
    return runOutsideExecution(() => {
      const died = (error: unknown): void => {
        this.#leave();
        this.#died(error);
      };
      const call = new HeldCall(this.#environment, this.#listener, died, lease);
      this.#call = call;
      const lose = (): void => {
        const reason: unknown = lease.signal.reason;
        const lost = isErrorLike(reason) ? reason : new LeaseLostError(this.#listener, 'the engine says so');
        call.abort(lost);
        call.log.warn('the lease on the run body is lost: it is aborted, and waits to be the holder again', {
          error: lost,
          ...limited(`lease ${this.#listener}`),
        });
      };
      lease.signal.addEventListener('abort', lose, { once: true });
      const isOver = (): boolean => lease.signal.aborted && this.#left === undefined;
      call.begin(
        () => this.#body(call),
        (thrown) => {
          if (!isOver()) died(thrown);
          else if (!call.isAbortedBy(thrown))
            call.log.warn('the run body failed after its lease was lost', { error: toError(thrown) });
        },
        () => {
          if (!isOver()) died(new RunReturnedError(this.#listener));
        },
      );
      return call.ended.then(() => lease.signal.removeEventListener('abort', lose));
    });
  }

  #leave(): void {
    this.#left ??= Promise.all([this.#call?.ended, this.#hold.leave()]).then(() => undefined);
  }
}
