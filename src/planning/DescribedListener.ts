import type { DecoratedListener } from '../configuration/options/DecoratedListener';
import type { Class } from '../container/Class';
import { describeClass } from '../container/classLocation';
import type { ListenerMetadata, TaskMetadata } from '../contracts/metadata';
import type { NamedListener } from './ListenerPlan';

/** A listener as the configuration needs to know it. */
export class DescribedListener implements DecoratedListener {
  readonly metadata: ListenerMetadata;
  readonly tasks: readonly TaskMetadata[];
  readonly hasTick: boolean;
  readonly #target: Class;

  constructor({ target, metadata, tasks, hasTick }: NamedListener) {
    this.#target = target;
    this.metadata = metadata;
    this.tasks = tasks;
    this.hasTick = hasTick;
  }

  get className(): string {
    return this.#target.name;
  }

  get source(): string {
    return describeClass(this.#target);
  }
}
