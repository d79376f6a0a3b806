import type { Container, ServiceIdentifier } from 'inversify';

import { takeBindingIds } from './classBinding';
import type { BindingStore } from './inversifyInternals';

/** Binds the values that the framework itself injects. Each is made when it is first asked for. */
export class FrameworkValues {
  readonly #container: Container;
  readonly #store: BindingStore;
  readonly #makers = new Map<number, () => unknown>();

  constructor(container: Container, store: BindingStore) {
    this.#container = container;
    this.#store = store;
  }

  bind(id: ServiceIdentifier, make: () => unknown): void {
    this.#makers.set(this.#container.bind(id).toDynamicValue(make).getIdentifier().id, make);
  }

  /**
   * Binds several: the first by inversify's fluent syntax, and the others in the form that it has given to that one, which takes
   * a third of the time.
   *
   * @param hasKnownForm - false if the bindings of this version of inversify cannot be made without it.
   */
  bindAll(values: readonly (readonly [ServiceIdentifier, () => unknown])[], hasKnownForm: boolean): void {
    const [first, ...others] = values;
    if (first === undefined) return;
    this.bind(...first);
    const form = hasKnownForm ? this.#store.sole(first[0]) : undefined;
    const nextId = takeBindingIds(others.length);
    for (const [serviceIdentifier, value] of others) {
      if (form === undefined) {
        this.bind(serviceIdentifier, value);
        continue;
      }
      const id = nextId();
      this.#store.add({ ...form, id, serviceIdentifier, value });
      this.#makers.set(id, value);
    }
  }

  /** Returns what makes the value of a binding; undefined for a binding of somebody else. */
  makerOf(bindingId: number): (() => unknown) | undefined {
    return this.#makers.get(bindingId);
  }
}
