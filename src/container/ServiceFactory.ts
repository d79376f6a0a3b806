import type { Availability } from '../contracts/Availability';
import { ListenerLogger } from '../contracts/ListenerLogger';
import type { AnyClass } from '../contracts/metadata';
import type { Class } from './Class';
import type { Injection, Source } from './Injection';
import type { ClassReading } from './readClass';

/** The injections that the framework itself provides. */
export interface Injected {
  /** Makes the logger of the asking class. Absent: `ListenerLogger` is resolved from the container like any service. */
  readonly loggerOf?: (asking: Class) => ListenerLogger;
  /** Makes the availability of a listener's class. */
  readonly availabilityOf: (target: AnyClass) => Availability<object>;
}

/** How one class is constructed. */
export interface ServiceFactory {
  /** The values that the container has to resolve, in order. */
  readonly injections: readonly Injection[];
  /** Makes an instance from these values, in the same order. */
  readonly construct: (...given: unknown[]) => unknown;
}

type Key = string | symbol;

/** Picks one value from those that the container has resolved. */
type Take = (given: readonly unknown[]) => unknown;

/**
 * Makes the factory of a class. inversify gets the factory instead of the class, so its process-wide class metadata is
 * never changed and applications in one process cannot disturb each other.
 */
export function serviceFactory(target: Class, reading: ClassReading, injected: Injected): ServiceFactory {
  const injections: Injection[] = [];
  const take = (source: Source): Take => {
    if (source.kind === 'nothing') return () => undefined;
    if (source.kind === 'available') return () => injected.availabilityOf(source.target);
    const { loggerOf } = injected;
    if (loggerOf !== undefined && source.id === ListenerLogger && !source.multiple) return () => loggerOf(target);
    const index = injections.push(source) - 1;
    return (given) => given[index];
  };
  const parameters = reading.arguments.map(take);
  const properties = reading.properties.map(([key, source]) => [key, take(source)] as const);
  const create = target as unknown as new (...args: unknown[]) => object;
  if (injections.length === parameters.length && properties.length === 0 && reading.postConstruct.length === 0) {
    return { injections, construct: (...given) => new create(...given) };
  }
  const construct = (...given: unknown[]): unknown => {
    const instance = new create(...parameters.map((parameter) => parameter(given)));
    assign(instance, properties, given);
    return callPostConstruct(instance, reading.postConstruct);
  };
  return { injections, construct };
}

function assign(instance: object, properties: readonly (readonly [Key, Take])[], given: readonly unknown[]): void {
  for (const [key, take] of properties) {
    const value = take(given);
    // An optional property that has no binding keeps its own initializer.
    if (value !== undefined) (instance as Record<Key, unknown>)[key] = value;
  }
}

function callPostConstruct(instance: object, methods: readonly Key[]): unknown {
  let pending: Promise<void> | undefined;
  for (const method of methods) {
    const call = (): unknown => (instance as Record<Key, () => unknown>)[method]?.();
    if (pending !== undefined) {
      pending = pending.then(call).then(() => undefined);
      continue;
    }
    const result = call();
    if (result instanceof Promise) pending = result.then(() => undefined);
  }
  return pending === undefined ? instance : pending.then(() => instance);
}
