import type { DaemonCoordinator } from '../coordinator/DaemonCoordinator';
import type { Engine } from '../coordinator/Engine';
import { degradedCauses } from './listenerViews';

const NONE: readonly string[] = Object.freeze([]);

/** The losses of an application: why it does not do all its work. */
export class Losses {
  readonly #engine: Engine;
  readonly #coordinator: DaemonCoordinator;
  readonly #complaints: () => readonly string[];
  /** The causes in the newest `application.degraded` event. */
  #announced: ReadonlySet<string> = new Set();

  /** @param complaints - returns the losses that are not those of a listener or a schedule. */
  constructor(engine: Engine, coordinator: DaemonCoordinator, complaints: () => readonly string[]) {
    this.#engine = engine;
    this.#coordinator = coordinator;
    this.#complaints = complaints;
  }

  /** One sentence for each loss, in the plan's order. */
  get causes(): readonly string[] {
    const { redact, scheduler } = this.#engine;
    const coordinator = this.#coordinator;
    // Most applications are whole: only others are looked through.
    const complaints = this.#complaints();
    if (!coordinator.hasLosses && complaints.length === 0 && !scheduler.isStuck()) return NONE;
    const causes = degradedCauses(coordinator.runtimes, { scheduler, heldBy: coordinator.heldBy, redact });
    return [...causes, ...complaints];
  }

  /** Emits `application.degraded` if there are new losses, and `application.recovered` when there are none any more. */
  announce(): void {
    const { causes } = this;
    if (causes.length === 0) {
      if (this.#announced.size > 0) this.#engine.emit('application.recovered', {});
      this.#announced = new Set();
      return;
    }
    const isNew = causes.some((cause) => !this.#announced.has(cause));
    this.#announced = new Set(causes);
    if (!isNew) return;
    this.#engine.emit('application.degraded', { causes });
  }
}
