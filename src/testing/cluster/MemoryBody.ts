import type { Clock, ClockTimer } from '../../contracts/Clock';
import type { ClusterHolder, ClusterState } from '../../contracts/ClusterEngine';
import { runOutsideExecution } from '../../execution/ExecutionContext';
import { isoText } from '../../time/instant';
import { MemoryLease } from './MemoryLease';
import type { MemberProcess } from './MemoryMembers';

/** A process that wants to hold a body. */
export interface Candidate {
  readonly process: MemberProcess;
  readonly holder: ClusterHolder;
}

interface Tenure {
  readonly candidate: Candidate;
  readonly lease: MemoryLease;
  readonly since: number;
  /** Resolves once the body has returned. */
  readonly ended: Promise<void>;
}

/** One `run` body in the store of a cluster in memory: who holds it, and who waits. */
export class MemoryBody {
  readonly #clock: Clock;
  readonly #path: string;
  /** In the order in which they are asked. */
  #candidates: Candidate[] = [];
  #tenure: Tenure | undefined;
  #check: ClockTimer | undefined;
  #token = 0n;

  constructor(clock: Clock, path: string) {
    this.#clock = clock;
    this.#path = path;
  }

  get state(): ClusterState {
    const tenure = this.#tenure;
    if (tenure === undefined) return {};
    return {
      holder: tenure.candidate.process.processId,
      since: isoText(tenure.since),
      leaseUntil: isoText(tenure.lease.until),
    };
  }

  add(candidate: Candidate): void {
    this.#candidates.push(candidate);
    this.elect();
  }

  /** Resolves once the body of the candidate has returned, if it is the holder. */
  async remove(candidate: Candidate): Promise<void> {
    this.#candidates = this.#candidates.filter((other) => other !== candidate);
    if (this.#tenure?.candidate === candidate && candidate.process.isConnected) await this.#tenure.ended;
  }

  /** Gives the lease to the first candidate that is there, if it is free. */
  elect(): void {
    if (this.#tenure !== undefined) return;
    const candidate = this.#candidates.find(({ process }) => process.isConnected);
    if (candidate === undefined) return;
    const now = this.#clock.now();
    const inMicroseconds = BigInt(Math.floor(now * 1000));
    this.#token = inMicroseconds > this.#token ? inMicroseconds : this.#token + 1n;
    const lease = new MemoryLease(this.#path, this.#token, candidate.process);
    this.#candidates = [...this.#candidates.filter((other) => other !== candidate), candidate];
    const ended = candidate.holder.acquired(lease);
    const tenure: Tenure = { candidate, lease, since: now, ended };
    this.#tenure = tenure;
    this.#watch(tenure);
    void ended.then(() =>
      candidate.process.whenConnected(() => {
        lease.release();
        this.#over(tenure);
      }),
    );
  }

  #watch(tenure: Tenure): void {
    const look = (): void => {
      if (this.#tenure !== tenure) return;
      if (tenure.lease.isHeldAt(this.#clock.now())) {
        this.#watch(tenure);
        return;
      }
      tenure.lease.refuse();
      this.#over(tenure);
    };
    runOutsideExecution(() => {
      this.#check = this.#clock.at(tenure.lease.until, look, { elapsed: true });
    });
  }

  #over(tenure: Tenure): void {
    if (this.#tenure !== tenure) return;
    this.#tenure = undefined;
    this.#check?.cancel();
    runOutsideExecution(() => {
      queueMicrotask(() => {
        this.elect();
      });
    });
  }
}
