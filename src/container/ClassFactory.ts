import type { Availability } from '../contracts/Availability';
import { ListenerLogger } from '../contracts/ListenerLogger';
import type { AnyClass } from '../contracts/metadata';
import type { Class } from './Class';
import type { Injection, Source } from './Injection';
import { isThenable, refuseGenerator, settlementOf } from '../execution/PendingCallback';
import type { ClassReading } from './readClass';

/** The injections that the framework itself provides. */
export interface Injected {
  /** Makes the logger of the asking class. Absent: `ListenerLogger` is resolved from the container like any service. */
  readonly loggerOf?: (asking: Class) => ListenerLogger;
  /** Makes the availability of a listener's class. */
  readonly availabilityOf: (target: AnyClass) => Availability<object>;
}

type Key = string | symbol;
type Instance = Record<Key, unknown>;

/** The place of a value that the framework makes itself, in {@link ClassFactory.construct}. */
const OWN = -1;

/**
 * Constructs a class from values that the container has resolved. inversify gets the factory instead of the class, so its
 * process-wide class metadata is never changed and applications in one process cannot disturb each other.
 */
export class ClassFactory {
  /** The values that the container has to resolve: first those of the parameters, then those of the properties. */
  readonly injections: readonly Injection[];
  readonly #target: new (...args: unknown[]) => object;
  readonly #reading: ClassReading;
  readonly #injected: Injected;
  /** For each source, its index in `injections`, or {@link OWN}. Undefined if the injections are the parameters. */
  readonly #indexes: readonly number[] | undefined;

  constructor(target: Class, reading: ClassReading, injected: Injected) {
    this.#target = target as unknown as new (...args: unknown[]) => object;
    this.#reading = reading;
    this.#injected = injected;
    if (reading.properties.length === 0 && reading.arguments.every((source) => this.#isResolved(source))) {
      this.injections = reading.arguments as readonly Injection[];
      return;
    }
    const injections: Injection[] = [];
    const indexOf = (source: Source): number =>
      this.#isResolved(source) ? injections.push(source as Injection) - 1 : OWN;
    this.#indexes = [...reading.arguments.map(indexOf), ...reading.properties.map(([, source]) => indexOf(source))];
    this.injections = injections;
  }

  /** True if the class is only constructed: no method is called before others may use the instance. */
  get isPlain(): boolean {
    return this.#reading.postConstruct.length === 0;
  }

  /** Makes an instance. `given`: the values of `injections`. Returns a promise if a `@postConstruct` method does. */
  construct(given: readonly unknown[]): unknown {
    const indexes = this.#indexes;
    const { arguments: parameters, properties, postConstruct } = this.#reading;
    const create = this.#target;
    if (indexes === undefined) return callPostConstruct(new create(...given) as Instance, postConstruct);
    const valueAt = (source: Source, at: number): unknown => {
      const index = indexes[at] ?? OWN;
      return index === OWN ? this.#make(source) : given[index];
    };
    const instance = new create(...parameters.map(valueAt)) as Instance;
    for (const [at, [key, source]] of properties.entries()) {
      const value = valueAt(source, parameters.length + at);
      // An optional property that has no binding keeps its own initializer.
      if (value !== undefined) instance[key] = value;
    }
    return callPostConstruct(instance, postConstruct);
  }

  #isResolved(source: Source): boolean {
    return source.kind === 'inject' && !this.#isLogger(source);
  }

  #isLogger({ id, multiple }: Injection): boolean {
    return id === ListenerLogger && !multiple && this.#injected.loggerOf !== undefined;
  }

  /** Makes the value of a source that the container does not resolve. */
  #make(source: Source): unknown {
    if (source.kind === 'nothing') return undefined;
    if (source.kind === 'available') return this.#injected.availabilityOf(source.target);
    return this.#injected.loggerOf?.(this.#target);
  }
}

function callPostConstruct(instance: Instance, methods: readonly Key[]): unknown {
  let pending: Promise<void> | undefined;
  for (const method of methods) {
    const call = (): unknown => {
      const answer = (instance[method] as (() => unknown) | undefined)?.call(instance);
      refuseGenerator(answer, String(method));
      return answer;
    };
    if (pending !== undefined) {
      pending = pending.then(call).then(() => undefined);
      continue;
    }
    const result = call();
    if (isThenable(result)) pending = settlementOf(result).then(() => undefined);
  }
  return pending === undefined ? instance : pending.then(() => instance);
}
