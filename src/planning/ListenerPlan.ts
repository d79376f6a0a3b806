import type { ResolvedListenerOptions } from '../configuration/options/resolveListenerOptions';
import type { BoundListener } from '../container/BoundListener';
import type { TaskMetadata } from '../contracts/metadata';

/** A listener while its plan is made. */
export interface NamedListener extends BoundListener {
  /** Its number in registration order. */
  readonly index: number;
  readonly name: string;
  readonly tasks: readonly TaskMetadata[];
  readonly hasTick: boolean;
}

/** A listener with its options decided. */
export interface ListenerPlan extends NamedListener {
  readonly options: ResolvedListenerOptions;
}
