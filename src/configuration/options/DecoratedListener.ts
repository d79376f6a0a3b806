import type { ListenerMetadata, TaskMetadata } from '../../contracts/metadata';

/** A listener's class as its decorators describe it. */
export interface DecoratedListener {
  readonly className: string;
  /** The class and its file, for people. Read only when there is something to report: it may cost a look-up. */
  readonly source: string;
  readonly metadata: ListenerMetadata;
  readonly tasks: readonly TaskMetadata[];
  /** The class has a `tick` method. */
  readonly hasTick: boolean;
}
