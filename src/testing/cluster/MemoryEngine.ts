import type { Clock } from '../../contracts/Clock';
import {
  type ClusterBody,
  ClusterEngine,
  type ClusterHold,
  type ClusterHolder,
  type ClusterMoment,
  type ClusterTask,
  type ClusterTaskHandle,
  type ClusterWorker,
} from '../../contracts/ClusterEngine';
import type { RunRecord } from '../../contracts/RunRecord';
import { ClusterTriggerExpiredError, ClusterUnreachableError } from '../../errors/clusterErrors';
import { runOutsideExecution } from '../../execution/ExecutionContext';
import type { Member, MemberProcess } from './MemoryMembers';
import type { MemoryBody } from './MemoryBody';
import type { MemoryTask } from './MemoryTask';

/** A process of a `MemoryCluster`. */
interface EngineProcess {
  readonly processId: string;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly storeClock: Clock;
}

/** The store that the engines of all processes share. */
export interface MemoryStore {
  task(task: ClusterTask): MemoryTask;
  body(body: ClusterBody): MemoryBody;
}

/**
 * The link of a process to the store. `partitioned`: it lives, and does not reach the store. `frozen`: it does nothing until
 * it is thawed. `dead`: it never does anything again.
 */
export type Link = 'connected' | 'partitioned' | 'frozen' | 'dead';

/** The cluster engine of one process, whose store is a `MemoryCluster`. */
export class MemoryEngine extends ClusterEngine implements MemberProcess {
  readonly kind = 'memory';
  readonly processId: string;
  readonly leaseMs: number;
  /** The clock of the process. */
  readonly clock: Clock;
  readonly #cluster: MemoryStore;
  readonly #storeClock: Clock;
  readonly #watchers = new Set<() => void>();
  readonly #members = new Map<Member, MemoryTask>();
  readonly #bodies = new Set<MemoryBody>();
  /** Gives up a manual run that a member waits for. */
  readonly #awaited = new Map<Member, Set<() => void>>();
  /** When it first joined a task, on the clock of the store. */
  #startedAt: number | undefined;
  /** Done when the store is reached again. */
  #waiting: (() => void)[] = [];
  #link: Link = 'connected';
  #offsetMs: number;

  constructor(cluster: MemoryStore, { processId, clock, leaseMs, storeClock }: EngineProcess) {
    super();
    this.#cluster = cluster;
    this.processId = processId;
    this.clock = clock;
    this.leaseMs = leaseMs;
    this.#storeClock = storeClock;
    this.#offsetMs = storeClock.now() - clock.now();
  }

  get isConnected(): boolean {
    return this.#link === 'connected';
  }

  /** True once the process was killed. */
  get isDead(): boolean {
    return this.#link === 'dead';
  }

  get clockOffsetMs(): number {
    return this.#offsetMs;
  }

  /** The time of the store, in epoch milliseconds. */
  storeNow(): number {
    return this.#storeClock.now();
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => void this.#watchers.delete(changed);
  }

  /** Calls `fn` now, or when the store is reached again; never when the process is dead. */
  whenConnected(fn: () => void): void {
    if (this.isConnected) fn();
    else if (this.#link !== 'dead') this.#waiting.push(fn);
  }

  /** Cuts the link to the store, or makes it again. A process that is dead stays so. */
  set link(link: Link) {
    if (this.#link === link || this.#link === 'dead') return;
    this.#link = link;
    if (link === 'connected') {
      this.#measure();
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const fn of waiting) fn();
    }
    // A process that is frozen or dead notices nothing.
    if (link === 'connected' || link === 'partitioned') for (const changed of this.#watchers) changed();
    if (link === 'connected') {
      for (const [member, task] of this.#members) task.greet(member);
      for (const body of this.#bodies) body.elect();
    } else this.#forgetLater();
  }

  join(task: ClusterTask, worker: ClusterWorker): ClusterTaskHandle {
    const store = this.#cluster.task(task);
    const member: Member = {
      process: this,
      task,
      worker,
      startedAt: (this.#startedAt ??= this.storeNow()),
      isAccepting: true,
      isSuperseded: false,
    };
    this.#members.set(member, store);
    runOutsideExecution(() => {
      queueMicrotask(() => {
        if (!this.#members.has(member)) return;
        this.whenConnected(() => {
          store.join(member, true);
          store.greet(member);
        });
      });
    });
    const path = `${task.listener}.${task.task}`;
    const reach = (act: string): void => {
      if (!this.isConnected) throw new ClusterUnreachableError(path, act);
    };
    return {
      get state() {
        return store.state;
      },
      get intents() {
        return store.intents;
      },
      offer: async (moment) => {
        reach('offer a due moment');
        const answer = store.offer(moment);
        if (answer === 'early') this.#measure();
        return answer;
      },
      trigger: async (moment, deadlineMs) => {
        reach('trigger a run');
        return this.#trigger(member, store, moment, path, deadlineMs);
      },
      change: async (change, kind) => {
        reach('change what operators have set');
        return store.change(change, kind);
      },
      lift: async (over) => {
        reach('lift what operators had set');
        store.lift(over);
      },
      deadLetters: async (query) => {
        reach('read its dead letters');
        return store.records.letters(query);
      },
      dismiss: async (tickId) => {
        reach('dismiss a dead letter');
        return store.records.dismiss(tickId);
      },
      recordOf: async (at) => {
        reach('read a record');
        return store.recordOf(at);
      },
      history: async (query) => {
        reach('read the history');
        return store.records.history(query);
      },
      accept: (isAccepting) => {
        member.isAccepting = isAccepting;
        if (isAccepting) store.pump();
      },
      leave: async () => {
        member.isAccepting = false;
        await store.idle(member);
        for (const end of this.#awaited.get(member) ?? []) end();
        this.#members.delete(member);
        store.leave(member);
      },
    };
  }

  hold(body: ClusterBody, holder: ClusterHolder): ClusterHold {
    const store = this.#cluster.body(body);
    const candidate = { process: this, holder };
    this.#bodies.add(store);
    runOutsideExecution(() => {
      queueMicrotask(() => {
        if (this.#bodies.has(store)) store.add(candidate);
      });
    });
    return {
      get state() {
        return store.state;
      },
      leave: async () => {
        this.#bodies.delete(store);
        await store.remove(candidate);
      },
    };
  }

  /** The store tells a manual run by its outcome, to whoever still waits for it. */
  #trigger(
    member: Member,
    store: MemoryTask,
    moment: ClusterMoment,
    path: string,
    deadlineMs: number,
  ): Promise<RunRecord> {
    return new Promise((resolve, reject) => {
      const asked = this.clock.now();
      const ends = this.#awaited.get(member) ?? new Set();
      this.#awaited.set(member, ends);
      const end = (): void => {
        deadline.cancel();
        ends.delete(end);
        reject(new ClusterTriggerExpiredError(path, Math.min(this.clock.now() - asked, deadlineMs)));
      };
      const deadline = this.clock.at(asked + deadlineMs, end, { deadline: true });
      ends.add(end);
      store.offer({ ...moment, firesAt: Math.min(moment.firesAt, this.storeNow()) }, (record) =>
        this.whenConnected(() => {
          deadline.cancel();
          ends.delete(end);
          resolve(record);
        }),
      );
    });
  }

  #measure(): void {
    const offset = this.#storeClock.now() - this.clock.now();
    if (offset === this.#offsetMs) return;
    this.#offsetMs = offset;
    for (const changed of this.#watchers) changed();
  }

  /** A process that stays away for as long as a lease has no say any more, until it is back. */
  #forgetLater(): void {
    const members = [...this.#members];
    const link = this.#link;
    const forget = (): void => {
      if (this.#link !== link) return;
      for (const [member, task] of members) task.leave(member);
      if (link === 'dead') return;
      this.whenConnected(() => {
        for (const [member, task] of members) if (this.#members.has(member)) task.join(member, false);
      });
    };
    runOutsideExecution(() => void this.#storeClock.at(this.storeNow() + this.leaseMs, forget, { elapsed: true }));
  }
}
