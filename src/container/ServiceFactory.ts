import type { Availability } from '../contracts/Availability';
import { ListenerLogger } from '../contracts/ListenerLogger';
import type { AnyClass } from '../contracts/metadata';
import type { Class } from './Class';
import type { Injection, Source } from './Injection';
import type { ClassReading } from './readClass';

/** What the framework itself injects, decided by who asks. */
export interface Injected {
  /** The logger of the asking class; absent: `ListenerLogger` is asked of the container like anything else. */
  readonly loggerOf?: (asking: Class) => ListenerLogger;
  readonly availabilityOf: (target: AnyClass) => Availability<object>;
}

/** How one class is constructed: what the container has to give, and what makes an instance of it. */
export interface ServiceFactory {
  readonly injections: readonly Injection[];
  readonly construct: (...given: unknown[]) => unknown;
}

type Key = string | symbol;

/** Takes what the container has given, in order. */
type Take = (given: readonly unknown[]) => unknown;

/**
 * Turns what is known of a class into a factory. inversify never sees the class itself, so that its process-wide class
 * metadata is left alone and applications cannot disturb each other.
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
