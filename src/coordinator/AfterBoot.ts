import type { BackgroundHooks } from './BackgroundHooks';
import { Dependents } from './Dependents';
import { DisabledNeeds } from './DisabledNeeds';
import type { Engine } from './Engine';
import { LateStarts } from './LateStarts';
import type { Blocked, Disabled, Failure, ListenerRuntime } from './ListenerRuntime';
import type { ListenerStopper } from './ListenerStopper';
import type { RestartHistory } from './RestartHistory';
import { Startup, type StartupOutcome, type StartupParts } from './Startup';
import { Supervisor } from './Supervisor';

/** The parts of the coordinator that {@link AfterBoot} works with. */
export interface AfterBootParts {
  readonly engine: Engine;
  /** In the plan's order. */
  readonly runtimes: ReadonlyMap<string, ListenerRuntime>;
  readonly stopper: ListenerStopper;
  readonly hooks: BackgroundHooks;
  /** True once a boot is cancelled or has failed. */
  readonly isEnding: () => boolean;
  /** Makes the parts that startups share, with what is called when one is decided. */
  readonly startupParts: (decided: StartupParts['decided']) => StartupParts;
  /** Moves a listener to the outcome of its startup, or to what hinders that, and does what follows from it. */
  readonly settle: (runtime: ListenerRuntime, outcome: StartupOutcome | Blocked | Disabled, startup?: Startup) => void;
  /** Takes a listener out of the order of the stop: it has been shut down. */
  readonly retired: (runtime: ListenerRuntime) => void;
  /** A listener was lost, or has come up. */
  readonly changed: () => void;
}

/**
 * Starts listeners after the boot: those that {@link Supervisor} starts again, and those that were blocked (see
 * {@link LateStarts}). Each has its ticks opened and its `ready` hook called as it comes up.
 */
export class AfterBoot {
  readonly supervisor: Supervisor;
  readonly dependents: Dependents;
  readonly #parts: AfterBootParts;
  readonly #disabledNeeds: DisabledNeeds;
  readonly #lateStarts: LateStarts;
  readonly #starting = new Set<ListenerRuntime>();
  /** Made for the first startup. */
  #startupParts: StartupParts | undefined;
  #idle: () => void = () => undefined;

  constructor(parts: AfterBootParts) {
    const { engine, runtimes, stopper, isEnding, settle, retired } = parts;
    this.#parts = parts;
    this.dependents = new Dependents(runtimes, engine.scheduler);
    this.supervisor = new Supervisor(engine, {
      runtimes,
      stopper,
      isEnding,
      retired,
      start: (runtime, history, failure) => {
        this.#start(runtime, history, failure);
      },
      hinder: (runtime, hindrance) => {
        settle(runtime, hindrance);
        this.supervisor.operators.decided(runtime);
        this.lookAround();
      },
      changed: () => {
        this.lookAround();
      },
    });
    this.#disabledNeeds = new DisabledNeeds(runtimes, (runtime, disabled) => {
      this.supervisor.disable(runtime, disabled);
    });
    this.#lateStarts = new LateStarts(runtimes, engine.config.startup.concurrency, {
      isOpen: () => this.supervisor.isOpen,
      start: (runtime) => {
        this.#start(runtime, runtime.historyAt(engine.clock.now()), undefined);
      },
      settle,
    });
  }

  /** Begins, once ticks are open. `hasLosses` is false if every listener runs. */
  open(hasLosses: boolean): void {
    // Most boots lose nothing: no listener has to be looked at then.
    if (hasLosses) {
      for (const { name, state } of this.#parts.runtimes.values()) if (state === 'died') this.dependents.lost(name);
    }
    this.supervisor.open(hasLosses);
  }

  /** Resolves when no startup is in flight; undefined when none is. To be called once nothing more is started. */
  settled(): Promise<void> | undefined {
    if (this.#starting.size === 0) {
      this.#startupParts?.timeouts.end();
      return undefined;
    }
    return new Promise((resolve) => {
      this.#idle = () => {
        this.#startupParts?.timeouts.end();
        resolve();
      };
    });
  }

  /** Starts what can be started after a change, and tells of the change. */
  lookAround(): void {
    if (!this.supervisor.isOpen) return;
    this.#disabledNeeds.look();
    this.#lateStarts.look();
    this.#parts.changed();
  }

  #start(runtime: ListenerRuntime, history: RestartHistory, failure: Failure | undefined): void {
    this.#startupParts ??= this.#parts.startupParts((startup, outcome) => {
      this.#decided(startup, outcome);
    });
    this.#starting.add(runtime);
    Startup.begin(runtime, this.#startupParts, history, failure);
  }

  #decided(startup: Startup, outcome: StartupOutcome): void {
    const { runtime } = startup;
    const { engine, hooks, settle } = this.#parts;
    this.#starting.delete(runtime);
    this.#lateStarts.decided(runtime);
    settle(runtime, outcome, startup);
    const { current, name } = runtime;
    if (current.state === 'running' && this.supervisor.isOpen) {
      engine.scheduler.openListener(name, current.hooks);
      this.dependents.hold(runtime);
      this.dependents.back(name);
      hooks.ready(runtime, current);
    }
    this.supervisor.operators.decided(runtime);
    this.lookAround();
    if (this.#starting.size > 0) return;
    this.#startupParts?.timeouts.rest();
    this.#idle();
  }
}
