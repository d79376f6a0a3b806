import type { ClusterClaim } from '../../contracts/ClusterEngine';
import type { RunProcess, RunRecord } from '../../contracts/RunRecord';
import { LeaseLostError } from '../../errors/clusterErrors';
import { isErrorLike } from '../../errors/foreign';
import type { CallEnvironment } from '../../execution/CallContext';
import { tickIdOf, type Moment } from '../runs';
import { TickRun, type RunOwner } from '../TickRun';

/** The task of a shared run. */
export interface SharedRunOwner extends RunOwner {
  readonly process: RunProcess;
}

/** One execution of a task of cluster scope, under a lease. */
export class SharedRun extends TickRun {
  readonly #claim: ClusterClaim;
  readonly #task: SharedRunOwner;

  constructor(
    environment: CallEnvironment,
    owner: SharedRunOwner,
    claim: ClusterClaim,
    moment: Moment,
    number: number,
    now: number,
  ) {
    super(environment, owner, moment, number, now);
    this.#claim = claim;
    this.#task = owner;
    claim.signal.addEventListener('abort', this.#lose, { once: true });
  }

  override get runId(): string {
    return this.#givenId ?? super.runId;
  }

  override get numberOfId(): number | undefined {
    return this.#givenId === undefined ? super.numberOfId : undefined;
  }

  override get tickId(): string {
    const { manualId = '', trigger, scheduledAt } = this.#claim;
    return tickIdOf(this.#task.path, manualId, trigger, scheduledAt);
  }

  override get fencingToken(): bigint {
    return this.#claim.fencingToken;
  }

  /** Ends the connection with the lease. */
  override settle(): void {
    this.#claim.signal.removeEventListener('abort', this.#lose);
    super.settle();
  }

  /** The id of a run that was asked for, at its first start. */
  get #givenId(): string | undefined {
    const { manualId, start } = this.#claim;
    return start === 1 ? manualId : undefined;
  }

  protected override describe(): RunRecord {
    const { start } = this.#claim;
    return { ...super.describe(), ...(start === 1 ? {} : { start }), process: this.#task.process };
  }

  protected override revocation(): string | undefined {
    const reason = super.revocation();
    if (reason !== undefined || this.#claim.isHeld) return reason;
    return `its lease is lost: another process may run ${this.#task.path}`;
  }

  /** Ends the run as `lost`, and aborts it. */
  readonly #lose = (): void => {
    const { reason } = this.#claim.signal as { readonly reason: unknown };
    const error = isErrorLike(reason) ? reason : new LeaseLostError(this.#task.path, 'the engine says so');
    this.decide('lost', this.clock.now(), error);
    this.abort(error);
  };
}
