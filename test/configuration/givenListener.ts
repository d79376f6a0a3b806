import type { ConfiguredValue, ListenerConfiguration } from '../../src/configuration/resolveConfiguration';
import { type DecoratedListener, resolveListenerOptions } from '../../src/configuration/options/resolveListenerOptions';
import { Problems } from '../../src/errors/Problem';
import { codesOf } from './given';

export const source = 'OrderSync (src/OrderSync.ts)';

export interface Given {
  readonly options?: unknown;
  readonly tasks?: Readonly<Record<string, unknown>>;
  readonly hasTick?: boolean;
  readonly kind?: 'daemon' | 'listener';
  readonly className?: string;
  readonly configured?: Readonly<Record<string, unknown>>;
  readonly configuredTasks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Options come unchecked from JavaScript; so they do here. */
export function decorated({
  options = {},
  tasks = {},
  hasTick = true,
  kind = 'daemon',
  className = 'OrderSync',
}: Given) {
  return {
    className,
    source,
    metadata: { kind, options, location: () => undefined },
    tasks: Object.entries(tasks).map(([method, taskOptions]) => ({ method, options: taskOptions })),
    hasTick,
  } as DecoratedListener;
}

const valuesOf = (values: Readonly<Record<string, unknown>>): ReadonlyMap<string, ConfiguredValue> =>
  new Map(Object.entries(values).map(([option, value]) => [option, { value, origin: 'config/default.yaml' }]));

export function resolve(given: Given) {
  const problems = new Problems();
  const configuration: ListenerConfiguration = {
    options: valuesOf(given.configured ?? {}),
    tasks: new Map(Object.entries(given.configuredTasks ?? {}).map(([name, values]) => [name, valuesOf(values)])),
  };
  const listener = resolveListenerOptions(decorated(given), configuration, problems);
  const task = (name: string) => listener.tasks.find(({ spec }) => spec.name === name);
  return { listener, task, tick: task('tick')?.spec, problems: problems.list, codes: codesOf(problems.list) };
}
