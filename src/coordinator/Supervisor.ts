import { ListenerRestartError, NeedDisabledError } from '../errors/bootErrors';
import { runOutsideExecution } from '../execution/ExecutionContext';
import { isoText } from '../time/instant';
import type { Engine } from './Engine';
import { hindranceOf } from './hindranceOf';
import type { BackingOff, Blocked, Disabled, Failure, ListenerRuntime, WorkLeft } from './ListenerRuntime';
import type { ListenerStopper } from './ListenerStopper';
import { OperatorRestarts } from './OperatorRestarts';
import { NO_RESTARTS, type RestartHistory } from './RestartHistory';

/** The acts of the coordinator that a {@link Supervisor} asks for. */
export interface Supervised {
  /** In the plan's order. */
  readonly runtimes: ReadonlyMap<string, ListenerRuntime>;
  readonly stopper: ListenerStopper;
  /** True once a boot is cancelled or has failed. */
  readonly isEnding: () => boolean;
  /** Begins a startup; {@link Supervisor.decided} is called once it is decided. */
  readonly start: (runtime: ListenerRuntime, history: RestartHistory, failure: Failure | undefined) => void;
  /** Moves a listener to what hinders its start, and does what follows from it. */
  readonly hinder: (runtime: ListenerRuntime, hindrance: Blocked | Disabled) => void;
  /** Takes a listener out of the order of the stop: it has been shut down. */
  readonly retired: (runtime: ListenerRuntime) => void;
  /** The condition of a listener has changed without a startup. */
  readonly changed: () => void;
}

/**
 * The consequence of a failure. `restart`: the listener is started again. `give-up`: it has used up its restarts. `none`: it is
 * not restarted, or the boot or the stop is going on.
 */
export type Verdict = 'restart' | 'give-up' | 'none';

/**
 * Starts listeners again that have failed: after their shutdown and a delay that grows, on the same instance, as their
 * policy says. Restarts wait until the boot is decided, and none begins once the stop has.
 */
export class Supervisor {
  readonly operators: OperatorRestarts;
  readonly #engine: Engine;
  readonly #supervised: Supervised;
  readonly #turn = Promise.resolve();
  #phase: 'boot' | 'open' | 'halted' = 'boot';

  constructor(engine: Engine, supervised: Supervised) {
    this.#engine = engine;
    this.#supervised = supervised;
    this.operators = new OperatorRestarts(supervised.runtimes);
  }

  /** True while the listener may come up by itself: it is being started again, or waits for that. */
  comesBack(runtime: ListenerRuntime): boolean {
    return this.isOpen && runtime.isInService;
  }

  /** True from the end of the boot to the beginning of the stop. */
  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  /** Begins with the listeners that have failed during the boot, if there are any. */
  open(hasLosses: boolean): void {
    if (this.#phase !== 'boot') return;
    this.#phase = 'open';
    if (!hasLosses) return;
    for (const runtime of this.#supervised.runtimes.values()) {
      const { current, definition } = runtime;
      if (current.state === 'backing_off') this.#arm(runtime, current);
      else if (current.state === 'died' && definition.restart !== undefined) this.retire(runtime, current.error);
    }
  }

  /** Begins no further restart. Listeners that wait for one have stopped. */
  halt(hasLosses: boolean): void {
    if (this.#phase === 'halted') return;
    this.#phase = 'halted';
    this.operators.end();
    if (!hasLosses) return;
    for (const runtime of this.#supervised.runtimes.values()) {
      const { current } = runtime;
      if (current.state !== 'backing_off') continue;
      current.timer?.cancel();
      const death = current.failure.error;
      runtime.move({ state: 'stopped', running: undefined, death, shutdownMs: undefined, cut: false });
      this.#engine.emit('listener.stopped', { listener: runtime.name, shutdownMs: 0 });
    }
  }

  /** Judges a failure of a listener that happens now. During the boot a fatal one is not restarted. */
  judge(runtime: ListenerRuntime, fatal: boolean): Verdict {
    const { restart } = runtime.definition;
    if (restart === undefined || this.#supervised.isEnding() || (this.#phase === 'boot' && fatal)) return 'none';
    const now = this.#engine.clock.now();
    return runtime.historyAt(now).isUsedUp(restart, now) ? 'give-up' : 'restart';
  }

  /**
   * Moves a listener that has failed, and is shut down, to `backing_off`; or to its end, when it has used up its restarts.
   * Returns a function that announces it.
   */
  backOff(runtime: ListenerRuntime, history: RestartHistory, failure: Failure, left?: WorkLeft): () => void {
    const { clock, emit, random } = this.#engine;
    const { name: listener, definition } = runtime;
    const policy = definition.restart;
    const now = clock.now();
    const restartAt = now + (policy === undefined ? 0 : history.delay(policy, random));
    const waiting = backingOff(restartAt, history, failure, left);
    runtime.move(waiting);
    if (policy !== undefined && history.isUsedUp(policy, now)) {
      const { kind, error } = failure;
      const given = { state: 'died', running: undefined, error, history, isRestarted: false, left } as const;
      runtime.move(kind === 'died' ? given : { state: kind, phase: failure.phase, error, left });
      return () => {
        emit('listener.restart_given_up', { listener, restarts: history.inRow });
      };
    }
    if (this.#phase === 'open') this.#arm(runtime, waiting);
    return () => {
      emit('listener.restarting', { listener, attempt: history.inRow + 1, at: isoText(restartAt) });
    };
  }

  /** Shuts down a listener that has died, soon; it is started again after that. */
  retire(runtime: ListenerRuntime, death: Error): void {
    // Not within the hook that has said so.
    void this.#turn.then(() => {
      if (this.isOpen && runtime.state === 'died') runOutsideExecution(() => this.#shutDown(runtime, death));
    });
  }

  /**
   * Restarts a listener for an operator, without delay; that is not counted. A restart or a start that is going on already
   * counts as this one. Resolves when the listener runs.
   *
   * @throws RestartError when it does not come to run.
   */
  restart(runtime: ListenerRuntime, reason: string): Promise<void> {
    const refusal = this.operators.refusal(runtime);
    if (refusal !== undefined) return Promise.reject(refusal);
    const running = this.operators.whenRunning(runtime);
    runOutsideExecution(() => {
      this.#begin(runtime, reason);
    });
    return running;
  }

  /** Takes a listener out of service that needs one which has disabled itself: shuts it down if it runs. */
  disable(runtime: ListenerRuntime, disabled: Disabled): void {
    const { current, name } = runtime;
    // One that is blocked since the boot has never been there.
    const isLost = current.state !== 'blocked' || current.history !== undefined;
    const end = (): void => this.#supervised.hinder(runtime, isLost ? { ...disabled, wasInService: true } : disabled);
    if (current.state === 'backing_off') current.timer?.cancel();
    if (current.state !== 'running') end();
    else
      runOutsideExecution(() =>
        this.#shutDown(runtime, new NeedDisabledError(name, disabled.reason), disabled.reason, end),
      );
  }

  #begin(runtime: ListenerRuntime, reason: string): void {
    const { current } = runtime;
    const { clock } = this.#engine;
    switch (current.state) {
      case 'running':
        this.#shutDown(runtime, new ListenerRestartError(runtime.name, reason), reason);
        return;
      case 'died':
        if (current.running !== undefined) this.#shutDown(runtime, current.error, reason);
        else this.#startAfter(current.left, runtime, { kind: 'died', error: current.error });
        return;
      case 'backing_off':
        current.timer?.cancel();
        current.timer = undefined;
        if (current.left === undefined || !this.#waits(runtime, current, current.left))
          this.#start(runtime, runtime.historyAt(clock.now()), current.failure);
        return;
      case 'startup_failed': {
        const { left, phase, error } = current;
        this.#startAfter(left, runtime, { kind: 'startup_failed', phase, error });
        return;
      }
      case 'blocked':
        this.#start(runtime, NO_RESTARTS, undefined);
        return;
      default:
      // It is being started, or shut down for a restart, already.
    }
  }

  /** @param end - called in place of a start once it is over. */
  #shutDown(runtime: ListenerRuntime, cause: Error, reason = 'it died, and is started again', end?: () => void): void {
    const { stopper, retired } = this.#supervised;
    const { clock } = this.#engine;
    const died = runtime.state === 'died';
    const history = runtime.historyAt(clock.now());
    const limits = { budget: runtime.definition.shutdownTimeout, cut: false };
    const stopping = stopper.stop(runtime, cause, reason, limits, {
      isWanted: () => this.isOpen,
      retired: (left) => {
        retired(runtime);
        if (end !== undefined) end();
        else this.#retired(runtime, history, died ? cause : undefined, left);
      },
    });
    if (stopping !== undefined) stopper.own(stopping);
  }

  /** @param death - undefined when an operator restarts what has run. */
  #retired(
    runtime: ListenerRuntime,
    history: RestartHistory,
    death: Error | undefined,
    left: WorkLeft | undefined,
  ): void {
    const failure: Failure | undefined = death === undefined ? undefined : { kind: 'died', error: death };
    const isAsked = this.operators.isAwaited(runtime);
    if (isAsked && left === undefined) {
      this.#start(runtime, history, failure);
      return;
    }
    if (isAsked && left !== undefined) {
      const error = death ?? new ListenerRestartError(runtime.name, 'hooks of its last life go on');
      this.#waitFor(runtime, history, { kind: 'died', error }, left);
      return;
    }
    if (failure === undefined) return;
    this.backOff(runtime, history, failure, left)();
    this.#supervised.changed();
  }

  /** Starts a listener for an operator that has failed for good, once the hooks of its last life have settled. */
  #startAfter(left: WorkLeft | undefined, runtime: ListenerRuntime, failure: Failure): void {
    if (left === undefined || left.pending.size === 0) this.#start(runtime, NO_RESTARTS, undefined);
    else this.#waitFor(runtime, NO_RESTARTS, failure, left);
  }

  /** Starts a listener as soon as the hooks of its last life have settled. Until then it is backing off. */
  #waitFor(runtime: ListenerRuntime, history: RestartHistory, failure: Failure, left: WorkLeft): void {
    const restartAt = this.#engine.clock.now();
    const waiting = backingOff(restartAt, history, failure, left);
    runtime.move(waiting);
    this.#waits(runtime, waiting, left);
  }

  #arm(runtime: ListenerRuntime, waiting: BackingOff): void {
    runOutsideExecution(() => {
      waiting.timer = this.#engine.clock.at(waiting.restartAt, () => this.#due(runtime, waiting), { elapsed: true });
    });
  }

  #due(runtime: ListenerRuntime, waiting: BackingOff): void {
    waiting.timer = undefined;
    if (runtime.current !== waiting || !this.isOpen) return;
    if (waiting.left !== undefined && this.#waits(runtime, waiting, waiting.left)) return;
    const { restart } = runtime.definition;
    const { history, failure } = waiting;
    const isCounted = restart !== undefined && !this.operators.isAwaited(runtime);
    this.#start(runtime, isCounted ? history.restarted(restart, this.#engine.clock.now()) : history, failure);
  }

  /** Returns true while hooks of the last life have not settled: the listener is started once they have. */
  #waits(runtime: ListenerRuntime, waiting: BackingOff, { pending, settled }: WorkLeft): boolean {
    if (pending.size === 0) return false;
    if (waiting.isStuck) return true;
    waiting.isStuck = true;
    const message = 'its restart waits for what goes on after its time was over';
    this.#engine.logger(runtime.name).warn(message, { pending: [...pending] });
    this.#supervised.changed();
    void settled.then(() => {
      this.#due(runtime, waiting);
    });
    return true;
  }

  #start(runtime: ListenerRuntime, history: RestartHistory, failure: Failure | undefined): void {
    const { runtimes, start, hinder } = this.#supervised;
    const hindrance = hindranceOf(runtime.definition, runtimes);
    if (hindrance === undefined) start(runtime, history, failure);
    else hinder(runtime, { ...hindrance, ...(hindrance.state === 'blocked' ? { history } : { wasInService: true }) });
  }
}

function backingOff(restartAt: number, history: RestartHistory, failure: Failure, left?: WorkLeft): BackingOff {
  return { state: 'backing_off', restartAt, history, failure, left, timer: undefined, isStuck: false };
}
