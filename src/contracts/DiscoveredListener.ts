import type { ServiceIdentifier } from 'inversify';

import type { AnyClass } from './metadata';

/** Where a binding was made. An index counts from 0 within the option of that name. */
export type BindingOrigin =
  | { readonly kind: 'listeners' | 'services' | 'overrides'; readonly index: number }
  /** `at`: the index, or the name of a module made by `defineModule`. `plugin`: set if a plugin brought the module. */
  | { readonly kind: 'modules'; readonly at: number | string; readonly plugin?: string }
  | { readonly kind: 'plugin'; readonly plugin: string }
  | { readonly kind: 'framework' };

/** A listener as it was found in the container: its class and its binding, before any option is decided. */
export interface DiscoveredListener {
  /** Its number in registration order, from 0. */
  readonly index: number;
  /** The `name` option, else the class name in snake_case. Not checked yet. */
  readonly name: string;
  /** The decorated class. */
  readonly target: AnyClass;
  /** Resolves to the one instance. */
  readonly id: ServiceIdentifier<object>;
  /** The number of the binding that makes the instance: that of the class, or of the override that replaces it. */
  readonly bindingId: number;
  /** Where the class was bound; an override does not change it. */
  readonly origin: BindingOrigin;
  /** Has the hook methods before there is an instance: the prototype, or the object that overrides the listener. */
  readonly hooks: object;
}

/** True if the class of a listener has a `tick` method. */
export const hasTick = ({ target }: Pick<DiscoveredListener, 'target'>): boolean => hasMethod(target, 'tick');

/** True if the class of a listener has a `run` body. */
export const hasRun = ({ target }: Pick<DiscoveredListener, 'target'>): boolean => hasMethod(target, 'run');

function hasMethod({ prototype }: AnyClass, name: 'tick' | 'run'): boolean {
  try {
    return typeof (prototype as { readonly [N in typeof name]?: unknown })[name] === 'function';
  } catch {
    // A getter that needs an instance, such as one that returns a private field.
    return true;
  }
}

/** The plugin that made a binding, or undefined. */
export const pluginOf = (origin: BindingOrigin): string | undefined => ('plugin' in origin ? origin.plugin : undefined);

/** An origin for messages: `listeners[2]`, `modules[audit_log]`, `plugin "marvin"`, `the framework`. */
export function describeOrigin(origin: BindingOrigin): string {
  switch (origin.kind) {
    case 'plugin':
      return `plugin "${origin.plugin}"`;
    case 'framework':
      return 'the framework';
    case 'modules':
      return `modules[${origin.at}]`;
    default:
      return `${origin.kind}[${origin.index}]`;
  }
}
