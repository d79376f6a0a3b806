import type { Clock } from 'daemonry';

import type { ClockOffset } from './ClockOffset';
import type { Beat, ClusterStore } from './ClusterStore';
import type { Joined } from './EngineParts';

/** The parts of {@link StoredChanges}. */
export interface StoredChangesParts {
  readonly clock: Clock;
  readonly time: ClockOffset;
  /** All that has joined, and of it the part whose queues are open. */
  readonly joined: ReadonlySet<Joined>;
  readonly attached: ReadonlySet<Joined>;
}

/** The changes that a store tells at each beat: how far they are known, and who is told. */
export class StoredChanges {
  readonly #parts: StoredChangesParts;
  /** The revision of each application that is known, and the epoch that it counts in. */
  readonly #known = new Map<string, { readonly revision: number; readonly epoch: string }>();

  constructor(parts: StoredChangesParts) {
    this.#parts = parts;
  }

  /** Knows nothing, as of another store. */
  forget(): void {
    this.#known.clear();
  }

  /**
   * Asks what has changed of one application, and tells those that have joined.
   * @param isBack - true if the connection is new: then all make themselves known.
   */
  async ask(store: ClusterStore, application: string, isBack: boolean): Promise<void> {
    const { clock, time } = this.#parts;
    const sentAt = clock.now();
    const asked = new Map(this.#of(application, this.#parts.joined).map((one) => [one, one.ownChanges.asked()]));
    const { revision: known, epoch } = this.#known.get(application) ?? { revision: 0, epoch: undefined };
    const beat = await store.beat(application, known);
    const answeredAt = clock.now();
    time.measured(beat.now, (sentAt + answeredAt) / 2, isBack, (answeredAt - sentAt) / 2);
    const attached = this.#of(application, this.#parts.attached);
    const isLost = beat.epoch !== epoch;
    if (isBack || isLost) await Promise.all(attached.map((one) => one.announce(store)));
    const isTold = this.#tell(beat, this.#of(application, this.#parts.joined), asked);
    // What could not be told is asked for again.
    const revision = isLost ? 0 : isTold ? beat.revision : known;
    this.#known.set(application, { revision, epoch: beat.epoch });
    for (const one of attached) {
      if (one.isForgotten) await one.announce(store);
      // After a loss the others may not be back yet: they are looked for at the next beat.
      if (!isBack) await one.present(beat.processes, store);
    }
  }

  /** Returns false if there are news for one that has changed something itself, or joined, since they were asked for. */
  #tell(beat: Beat, joined: readonly Joined[], asked: ReadonlyMap<Joined, () => boolean>): boolean {
    let isTold = true;
    for (const one of joined) {
      const lease = beat.leases.get(one.path);
      const fields = beat.tasks.get(one.path);
      const isOutdated = asked.get(one)?.() ?? true;
      if (isOutdated && fields !== undefined) isTold = false;
      one.updated(isOutdated ? undefined : fields, lease === undefined ? undefined : beat.now + lease);
    }
    return isTold;
  }

  #of(application: string, joined: ReadonlySet<Joined>): readonly Joined[] {
    return [...joined].filter((one) => one.application === application);
  }
}
