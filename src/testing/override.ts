import type { ServiceIdentifier } from 'inversify';

import type { OnHealth, OnReady, OnRun, OnShutdown, OnStartup, OnTick } from '../contracts/hooks';

/**
 * A replacement for a `T`: an object with its public members, or a class of such objects. The hooks of a listener are for the
 * framework, and methods may be its tasks: of a listener, a fake need have no member at all. What disposes is never needed.
 */
export type Replacement<T> = FakeOf<T> | (new (...args: never[]) => FakeOf<T>);

/** The public members of `T` that a fake has: it need not have the private ones. */
type FakeOf<T> = T extends (...args: never[]) => unknown
  ? T
  : T extends object
    ? IsListener<T> extends true
      ? { [K in keyof T]?: T[K] }
      : { [K in keyof T as K extends Disposal ? never : K]: T[K] } & { [K in keyof T & Disposal]?: T[K] }
    : T;

type Disposal = 'dispose' | typeof Symbol.dispose | typeof Symbol.asyncDispose;

/** True for an instance with a hook that takes a context, or none. */
type IsListener<T> = true extends { [K in HookName]: K extends keyof T ? IsHook<T[K], Hooks[K]> : false }[HookName]
  ? true
  : false;
type IsHook<F, Hook> = F extends Hook ? true : false;
type Hooks = OnStartup & OnReady & OnRun & OnTick & OnHealth & OnShutdown;
type HookName = keyof Hooks;

/** Overrides of bindings, each with a replacement of its own type. */
export type Overrides<T extends readonly unknown[]> = { readonly [K in keyof T]: Override<T[K]> };

/** A service identifier and the replacement for its bindings. Made by {@link override}. */
export type Override<T = unknown> = readonly [id: ServiceIdentifier<T>, replacement: Replacement<NoInfer<T>>];

/**
 * Replaces every binding of `id` before anything is constructed: by the object, or by a singleton of the class. Does
 * not compile when the replacement lacks a public member of the original, unless that is a listener: of one, a fake has what
 * the test needs.
 */
export function override<T>(id: ServiceIdentifier<T>, replacement: Replacement<NoInfer<T>>): Override<T> {
  return [id, replacement];
}
