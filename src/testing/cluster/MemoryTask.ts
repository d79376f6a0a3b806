import type { Clock } from '../../contracts/Clock';
import type { ClusterIntentChange, ClusterIntents, ClusterMoment, ClusterState } from '../../contracts/ClusterEngine';
import type { OperatorKind } from '../../contracts/Operation';
import type { RunRecord } from '../../contracts/RunRecord';
import { runOutsideExecution } from '../../execution/ExecutionContext';
import { type ClusterTaskState, decideClusterStart, endClusterRun } from '../../scheduling/cluster/decideClusterStart';
import { isoText } from '../../time/instant';
import { type Claim, isRepeated, type Item, newClaim } from './MemoryClaim';
import { MemoryIntents } from './MemoryIntents';
import { MemoryLease } from './MemoryLease';
import { type Member, MemoryMembers } from './MemoryMembers';
import { MemoryRecords } from './MemoryRecords';

/** The first pause before a run is repeated; it doubles with each. */
const FIRST_RETRY_MS = 1_000;

/** One task in the store of a cluster in memory: its state, its moments, and the processes that have joined it. */
export class MemoryTask {
  readonly #clock: Clock;
  readonly #members = new MemoryMembers();
  /** The records of the task. */
  readonly records: MemoryRecords;
  readonly #claims: Claim[] = [];
  #items: Item[] = [];
  #state: ClusterTaskState;
  readonly #intents = new MemoryIntents();
  #scheduleKey: string | undefined;
  #isPumping = false;

  /** @param keep - the number of records that are kept. */
  constructor(clock: Clock, keep: number) {
    this.#clock = clock;
    this.records = new MemoryRecords(keep);
    this.#state = { scheduleSince: clock.now(), token: 0n };
  }

  get intents(): ClusterIntents {
    return this.#intents.all;
  }

  get state(): ClusterState {
    const claim = this.#claims.at(-1);
    return {
      ...(claim === undefined
        ? {}
        : {
            holder: claim.member.process.processId,
            since: isoText(this.#state.run?.startedAt ?? 0),
            leaseUntil: isoText(claim.lease.until),
          }),
      ...(this.#state.accounted === undefined ? {} : { newestRecorded: isoText(this.#state.accounted) }),
      ...(this.records.deadLetters === 0 ? {} : { deadLetters: this.records.deadLetters }),
    };
  }

  /** @param isNew - false for a member that was away. */
  join(member: Member, isNew: boolean): void {
    if (isNew && this.#members.all.length === 0) this.#state = { ...this.#state, openSince: this.#clock.now() };
    this.#members.add(member);
    this.#elect();
  }

  /** Tells a member that reaches the store again what operators have set. */
  greet(member: Member): void {
    member.worker.changed(this.intents);
    this.#elect();
    this.records.recover(this.#members);
    this.pump();
  }

  leave(member: Member): void {
    this.#members.remove(member);
    this.#elect();
  }

  /** Resolves when the runs of the member are over; at once, if it could not record them. */
  async idle(member: Member): Promise<void> {
    if (!member.process.isConnected) return;
    const own = this.#claims.filter((claim) => claim.member === member);
    await Promise.all(own.map((claim) => claim.over));
  }

  /** Finds the record of an instant: the run that goes on, else the newest record. */
  recordOf(at: number): RunRecord | undefined {
    return this.#claims.find(({ item }) => item.moment.scheduledAt === at)?.record ?? this.records.of(at);
  }

  offer(moment: ClusterMoment, answer?: Item['answer']): 'kept' | 'known' | 'early' {
    if (moment.firesAt > this.#clock.now()) return 'early';
    if (moment.trigger !== 'manual' && this.#isKnown(moment.scheduledAt)) return 'known';
    this.#add({ moment, start: 1, notBefore: 0, answer });
    return 'kept';
  }

  change(change: ClusterIntentChange, kind: OperatorKind): ClusterIntents {
    const spared = kind === 'human' ? {} : this.#intents.spared(change, this.#clock.now());
    if (Object.keys(spared).length > 0) return spared;
    this.#state = this.#intents.change(change, this.#state, this.#clock.now());
    this.#tell();
    return {};
  }

  lift(over: ClusterIntents): void {
    const state = this.#intents.lift(over, this.#state, this.#clock.now());
    if (state === undefined) return;
    this.#state = state;
    this.#tell();
  }

  /** Looks at the moments that wait, soon. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    runOutsideExecution(() => {
      queueMicrotask(() => {
        this.#isPumping = false;
        for (const item of this.#items.slice()) this.#attempt(item);
      });
    });
  }

  /** The due moments that wait for their first start. */
  #waiting(): readonly number[] {
    const waiting = this.#items.filter(({ moment, start }) => moment.trigger !== 'manual' && start === 1);
    return waiting.map(({ moment }) => moment.scheduledAt);
  }

  #isKnown(scheduledAt: number): boolean {
    if (this.#state.accounted !== undefined && scheduledAt <= this.#state.accounted) return true;
    return this.#items.some(({ moment }) => moment.trigger !== 'manual' && moment.scheduledAt === scheduledAt);
  }

  #add(item: Item): void {
    this.#items.push(item);
    this.#items.sort((a, b) => a.moment.firesAt - b.moment.firesAt);
    this.pump();
  }

  #attempt(item: Item): void {
    const now = this.#clock.now();
    if (item.notBefore > now) return;
    const member = this.#members.next();
    if (member === undefined) return;
    const { moment, start } = item;
    const isHeld = this.#claims.some(
      ({ lease }) => lease.fencingToken === this.#state.run?.token && lease.isHeldAt(now),
    );
    const before = member.task.overlap === 'allow' ? { ...this.#state, waiting: this.#waiting() } : this.#state;
    const isNewest = member.worker.isNewest(moment);
    const decision = decideClusterStart(before, { ...moment, start, now, isHeld, isNewest }, member.task);
    if (decision.kind === 'start') {
      this.#start(item, member, decision, before);
      return;
    }
    if (decision.kind === 'wait') {
      this.#settle(decision.state);
      return;
    }
    this.#items = this.#items.filter((other) => other !== item);
    const records =
      decision.kind === 'drop' ? [] : member.worker.skip(moment, decision.reason, decision.accounted, decision.waiting);
    // What is lifted with that is told after it: its record says who had set it.
    this.#settle(decision.state);
    for (const record of records) this.records.add(record);
    const own = records.at(-1);
    if (own !== undefined) item.answer?.(own);
  }

  #start(
    item: Item,
    member: Member,
    decision: Extract<ReturnType<typeof decideClusterStart>, { kind: 'start' }>,
    before: ClusterTaskState,
  ): void {
    const { moment, start } = item;
    const lease = new MemoryLease(`${member.task.listener}.${member.task.task}`, decision.fencingToken, member.process);
    const claim = newClaim(item, member, lease);
    this.#items = this.#items.filter((other) => other !== item);
    this.#claims.push(claim);
    this.#settle(decision.state);
    const run = member.worker.run({
      ...moment,
      start,
      fencingToken: lease.fencingToken,
      signal: lease.signal,
      get isHeld() {
        return lease.isHeld;
      },
      ...(decision.accounted === undefined ? {} : { accounted: decision.accounted }),
      waiting: decision.waiting,
    });
    if (run === undefined) {
      member.isAccepting = false;
      lease.release();
      this.#end(claim);
      this.#state = { ...before, token: decision.fencingToken };
      this.#add(item);
      return;
    }
    claim.record = run.record;
    if (run.missed !== undefined) this.records.add(run.missed);
    this.#watch(claim);
    void run.decided.then((record) =>
      member.process.whenConnected(() => {
        if (!claim.isOver) this.#decided(claim, record);
      }),
    );
    void run.settled.then(() =>
      member.process.whenConnected(() => {
        if (!claim.isOver) this.#settled(claim);
      }),
    );
  }

  #decided(claim: Claim, record: RunRecord): void {
    claim.record = record;
    this.records.add(record);
    if (!isRepeated(claim, record)) claim.item.answer?.(record);
  }

  #settled(claim: Claim): void {
    this.#settle(endClusterRun(this.#state, claim.lease.fencingToken, this.#clock.now()));
    claim.lease.release();
    this.#end(claim);
    if (claim.record !== undefined) this.#repeat(claim, claim.record);
    this.pump();
  }

  #end(claim: Claim): void {
    claim.isOver = true;
    claim.check?.cancel();
    this.#claims.splice(this.#claims.indexOf(claim), 1);
    claim.end();
  }

  /** Finds out when the lease of a claim is over. */
  #watch(claim: Claim): void {
    const look = (): void => {
      if (claim.isOver) return;
      if (claim.lease.isHeldAt(this.#clock.now())) {
        this.#watch(claim);
        return;
      }
      this.#lost(claim);
    };
    runOutsideExecution(() => {
      claim.check = this.#clock.at(claim.lease.until, look, { elapsed: true });
    });
  }

  #lost(claim: Claim): void {
    const now = this.#clock.now();
    claim.lease.refuse();
    this.#end(claim);
    this.#settle(endClusterRun(this.#state, claim.lease.fencingToken, now));
    const { record } = claim;
    // The outcome may have been recorded, and only the end of the handler is not known.
    if (record?.outcome !== undefined) this.#repeat(claim, record);
    else if (record !== undefined) {
      const lost: RunRecord = { ...record, outcome: 'lost' };
      const answer = isRepeated(claim, lost) ? undefined : claim.item.answer;
      this.records.lose({ run: record, at: now, answer }, this.#members);
      this.#repeat(claim, lost);
    }
    this.pump();
  }

  #repeat(claim: Claim, record: RunRecord): void {
    const { item, member } = claim;
    if (!isRepeated(claim, record)) {
      if (member.task.delivery === 'at-least-once' && record.outcome !== 'succeeded')
        this.records.bury(record, this.#clock.now());
      return;
    }
    const notBefore = this.#clock.now() + FIRST_RETRY_MS * 2 ** (item.start - 1);
    this.#add({ ...item, start: item.start + 1, notBefore });
    runOutsideExecution(() => void this.#clock.at(notBefore, () => this.pump()));
  }

  /** Takes a new state, and tells everyone when that lifts what operators had set. */
  #settle(state: ClusterTaskState): void {
    this.#state = state;
    if (this.#intents.follow(state)) this.#tell();
  }

  #tell(): void {
    for (const { process, worker } of this.#members.all.slice()) {
      process.whenConnected(() => {
        worker.changed(this.intents);
      });
    }
  }

  #elect(): void {
    const key = this.#members.elect();
    if (key === undefined) return;
    if (this.#scheduleKey !== key) this.#state = { ...this.#state, scheduleSince: this.#clock.now() };
    this.#scheduleKey = key;
  }
}
