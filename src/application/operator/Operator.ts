import type { OperationEvent } from '../../contracts/ApplicationEvents';
import type { ClusterIntents } from '../../contracts/ClusterEngine';
import type { FrameworkConfig } from '../../contracts/configuration';
import type { BackgroundDaemonEntry, ListenerEntry } from '../../contracts/entries';
import type { ListenerLogger } from '../../contracts/ListenerLogger';
import type { OperateRequest, OperateResult, OperatorIntent, OperatorKind } from '../../contracts/Operation';
import type { OperatorJournal } from '../../contracts/OperatorJournal';
import type { SqlStatements, StateDatabase } from '../../contracts/StateDatabase';
import type { DaemonCoordinator } from '../../coordinator/DaemonCoordinator';
import type { Engine } from '../../coordinator/Engine';
import { IntentOverruledError } from '../../errors/operatorErrors';
import { serializeError, toError } from '../../errors/serializeError';
import { NotRunningError } from '../../errors/taskErrors';
import { isoText } from '../../time/instant';
import type { ApplicationLifecycle } from '../ApplicationLifecycle';
import { changeOf, withEffect } from './changeOf';
import { ClusterActs, isShared } from './ClusterActs';
import { DeadLetters } from './DeadLetters';
import { describeIntent, describeRestored, eventOf, guessedEvent, notesOn, subjectOf, UNKEPT } from './describe';
import { IntentEffects } from './IntentEffects';
import { IntentPlan } from './IntentPlan';
import { type ChangeRecorder, type Intent, type IntentChange, Intents, recorderOf, slotOf } from './Intents';
import { KeyedActs, type Remember } from './KeyedActs';
import { PassingActs } from './PassingActs';
import { type Act, readRequest } from './readRequest';
import { restartListener } from './restartListener';
import { SharedPauses } from './SharedPauses';

/** The parts of an application that an {@link Operator} works with. */
export interface OperatorParts {
  readonly engine: Engine;
  readonly lifecycle: ApplicationLifecycle;
  readonly coordinator: DaemonCoordinator;
  /** In plan order. */
  readonly listeners: readonly ListenerEntry[];
  readonly daemonOf: (name: string) => BackgroundDaemonEntry | undefined;
  /** The configured levels and format of the log. */
  readonly logging: FrameworkConfig['logging'];
  /** Sets the log levels: those of the configuration, with those of operators above them. */
  readonly setLevels: (levels: FrameworkConfig['logging']) => void;
  readonly log: ListenerLogger;
  /** True if the application has a state database, which may not be open yet. */
  readonly isKept: boolean;
}

/** Carries out what operators ask for, one act after the other. What they set is an intent, until it is lifted, or over. */
export class Operator {
  readonly #parts: OperatorParts;
  readonly #intents: Intents;
  readonly #effects: IntentEffects;
  readonly #cluster: ClusterActs;
  readonly #sharedPauses: SharedPauses;
  #journals: readonly OperatorJournal[] = [];
  /** Settles when the acts that set or lift something are done. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #keyed: KeyedActs;
  readonly #passing: PassingActs;
  /** The dead letters of the tasks of cluster scope. */
  readonly deadLetters: DeadLetters;
  /** The plan of the application, with what operators have set in it. */
  readonly plan = new IntentPlan();

  /** @param database - holds nothing yet; one that may hold something is given to {@link restore}. */
  constructor(parts: OperatorParts, database?: StateDatabase) {
    this.#parts = parts;
    this.#intents = new Intents(database);
    this.#sharedPauses = new SharedPauses(parts, this.#intents);
    this.#cluster = new ClusterActs(parts, this.#intents, (pause) => this.#sharedPauses.isOwn(pause));
    this.deadLetters = new DeadLetters(parts);
    this.#passing = new PassingActs({
      ...parts,
      restart: (listener, options) => restartListener(parts, listener, options),
      deadLetters: this.deadLetters,
      result: (act, more) => this.#result(act, more),
    });
    this.#keyed = new KeyedActs(
      this.#intents,
      () => parts.engine.clock.now(),
      (act, remember) => this.#carryOut(act, remember),
    );
    this.#effects = new IntentEffects(
      parts,
      this.#intents,
      (intent) => void this.#inTurn(() => this.#end(intent, 'over')),
    );
  }

  /** The intents in force, oldest first, and the end of the last pause of the whole application. */
  get intents(): readonly OperatorIntent[] {
    return this.#intents.all.map((intent) => this.#shown(intent));
  }

  /** Same as {@link intents}, with the values they are carried out with. */
  get raw(): readonly Intent[] {
    return this.#intents.all;
  }

  /** Reads the intents of earlier sessions, before the first listener starts. @throws StateError */
  async restore(database: StateDatabase, journals: readonly OperatorJournal[]): Promise<void> {
    const { log, engine } = this.#parts;
    this.#journals = journals;
    const complain = (problem: string): void => void log.warn(problem);
    const mayHold = (intent: Intent): boolean => this.#effects.mayHold(intent);
    const now = engine.clock.now();
    const { restored, over } = await this.#intents.open(database, now, complain, this.#recorder(), mayHold);
    for (const intent of over) this.#effects.ended(intent);
    await this.#cluster.restored(restored);
    await this.#effects.follow();
    await this.#sharedPauses.restored();
    for (const intent of restored) {
      if (intent.action === 'resume') continue;
      log.warn(describeRestored(intent, this.#isKnown(intent)), { operator: this.#shown(intent) });
    }
  }

  /** Takes notice of everything that is set for a task of cluster scope, in any process. */
  mirror(listener: string, task: string, intents: ClusterIntents): void {
    this.#cluster.mirror(listener, task, intents);
    void this.#inTurn(async () => {
      await this.#cluster.move(listener, task, intents);
      // A pause of the whole application may have come before the task was joined, or while the engine was away.
      await this.#sharedPauses.follow();
    });
  }

  /** Takes notice of a due moment that was skipped because an operator said so. */
  skipped(listener: string, task: string): void {
    const intent = this.#intents.get(slotOf({ action: 'skip-next', listener, task }));
    if (intent !== undefined) void this.#inTurn(() => this.#end(intent, 'done'));
  }

  /** Ends the timers of intents that end by themselves. */
  close(): void {
    this.#effects.close();
  }

  async operate(given: OperateRequest): Promise<OperateResult> {
    const { engine, lifecycle, listeners, daemonOf } = this.#parts;
    let act: Act | undefined;
    try {
      const read = readRequest(given, {
        listeners: listeners.map(({ name }) => name),
        daemon: daemonOf,
        hasIntents: (listener, task) =>
          this.raw.some((intent) => intent.listener === listener && (task === undefined || intent.task === task)),
        now: engine.clock.now(),
        storeNow: engine.scheduler.storeNow,
        redact: engine.redact,
      });
      // From here on it is in events, in the database, and in what modules keep.
      act = { ...read, by: engine.redact(read.by), reason: engine.redact(read.reason) };
      if (['stopping', 'stopped', 'failed'].includes(lifecycle.state))
        throw new NotRunningError(act.listener ?? 'the application', 'the application has ended');
      return await this.#keyed.once(act);
    } catch (thrown) {
      const error = toError(thrown);
      if (act === undefined) this.refused(given, error);
      else engine.emit('operator.refused', { ...eventOf(act), error: serializeError(error, engine.redact) });
      throw error;
    }
  }

  /** Announces what was refused elsewhere. */
  refused(given: object, error: Error): void {
    const { engine } = this.#parts;
    engine.emit('operator.refused', {
      ...guessedEvent(given, engine.redact),
      error: serializeError(error, engine.redact),
    });
  }

  async #carryOut(act: Act, remember?: Remember): Promise<OperateResult> {
    return this.#passing.begin(act, remember) ?? this.#inTurn(() => this.#change(act, remember));
  }

  /** Sets or lifts intents. */
  async #change(act: Act, remember?: Remember): Promise<OperateResult> {
    const { engine } = this.#parts;
    const now = engine.clock.now();
    const { change, notes = [], nextDue } = changeOf(act, this.#intents, this.#parts, now);
    const before = [...change.keys()]
      .flatMap((slot) => this.#intents.get(slot) ?? [])
      .filter(({ action }) => action !== 'resume');
    const overruled = before.filter(({ kind }) => kind === 'human');
    if (act.kind === 'automation' && overruled.length > 0) {
      throw new IntentOverruledError(overruled.map((intent) => this.#shown(intent)));
    }
    const lifted = before.map((intent) => this.#shown(intent));
    const intent = [...change.values()].find(
      (candidate) => candidate !== undefined && (slotOf(candidate) === slotOf(act) || act.action === 'pause'),
    );
    const inForce = this.#intents.all;
    const { own, unreached } = await this.#share(change, before, act.kind);
    const event = eventOf(act, intent?.value, unreached);
    const shown = intent === undefined || intent.action === 'resume' ? undefined : this.#shown(intent);
    const done = this.#result(act, {
      ...(shown === undefined ? {} : { intent: shown }),
      lifted,
      ...(nextDue === undefined ? {} : { nextDue }),
      notes: [...notes, ...(shown?.persisted === false ? [UNKEPT] : []), ...notesOn(unreached)],
    });
    const record = this.#recorder(event, remember && ((statements) => remember(done, statements)));
    try {
      await this.#intents.change(own, record, inForce);
    } catch (error) {
      await this.#sharedPauses.follow();
      throw error;
    }
    await this.#sharedPauses.keep();
    await this.#effects.follow();
    const { listener, task, by, reason } = act;
    const subject = { ...subjectOf(act), by, reason };
    if (act.action === 'pause') {
      const until = intent?.until === undefined ? {} : { until: intent.until };
      engine.emit('operator.paused', { ...subject, ...until });
    } else if (before.some(({ action }) => action === 'pause')) {
      engine.emit('operator.resumed', subject);
    }
    engine.emit('operator.acted', event);
    const isPaused = listener !== undefined && this.#isPaused(listener, task);
    const told = withEffect(act, done, isPaused, engine);
    if (told !== done || !this.#intents.arePersisted) await remember?.(told);
    return told;
  }

  /** Carries out the part of a change that concerns tasks of cluster scope; returns the rest, and what was not reached. */
  async #share(change: IntentChange, before: readonly Intent[], kind: OperatorKind): ReturnType<ClusterActs['share']> {
    const { own, unreached } = await this.#cluster.share(change, kind);
    const slot = slotOf({ action: 'pause' });
    const pause = change.has(slot) ? change.get(slot) : this.#intents.get(slot);
    const lifted = before.filter(({ isOfApplication }) => isOfApplication === true);
    return { own, unreached: [...unreached, ...(await this.#sharedPauses.reach(pause, lifted))] };
  }

  #isPaused(listener: string, task: string | undefined): boolean {
    return this.#effects.isPaused(listener, task) || this.#sharedPauses.isPaused(listener, task);
  }

  /** Ends an intent that is over by itself. */
  async #end(intent: Intent, how: 'over' | 'done'): Promise<void> {
    const slot = slotOf(intent);
    if (this.#intents.get(slot) !== intent) return;
    const { engine, log } = this.#parts;
    try {
      await this.#intents.change(new Map([[slot, undefined]]), this.#recorder());
    } catch (error) {
      // It is not restored either: it is over by then.
      log.warn(`${describeIntent(intent)} is over, which could not be written to the state database`, { error });
      this.#intents.forget(slot);
    }
    await this.#effects.follow();
    await this.#sharedPauses.follow();
    if (intent.action === 'pause')
      engine.emit('operator.resumed', { ...subjectOf(intent), reason: 'the pause is over' });
    else if (how === 'over') log.info(`${describeIntent(intent)} is over`);
  }

  #recorder(act?: OperationEvent, remember?: (statements: SqlStatements) => Promise<void>): ChangeRecorder | undefined {
    return recorderOf(this.#journals, (intent) => this.#shown(intent), act, remember);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  #isKnown({ listener, task }: Intent): boolean {
    const { listeners, daemonOf } = this.#parts;
    if (listener === undefined) return true;
    if (task !== undefined) return daemonOf(listener)?.tasks.some(({ name }) => name === task) === true;
    return listeners.some(({ name }) => name === listener);
  }

  #shown({
    schedule: _s,
    level: _l,
    isOfApplication: _a,
    reached: _r,
    isCounted: _c,
    ...intent
  }: Intent): OperatorIntent {
    const { daemonOf, isKept } = this.#parts;
    return { ...intent, persisted: isKept || isShared(daemonOf, intent) };
  }

  #result(act: Act, more: Partial<OperateResult>): OperateResult {
    return {
      action: act.action,
      ...subjectOf(act),
      by: act.by,
      at: isoText(this.#parts.engine.clock.now()),
      lifted: [],
      notes: [],
      ...more,
    };
  }
}
