import { type Loaded, type LoaderSetup, type ResolveContext, TypeScriptLoader } from './TypeScriptLoader';

// The hooks for versions of Node without synchronous ones: Node runs this file in a thread of its own and passes it
// nothing but the setup. The state is that of the thread.
let loader: TypeScriptLoader;

/** Called by Node once, before any hook. */
export function initialize(setup: LoaderSetup): void {
  loader = new TypeScriptLoader(setup);
}

/** See {@link TypeScriptLoader.resolve}. */
export const resolve = <R>(
  specifier: string,
  context: ResolveContext,
  next: (specifier: string, context: ResolveContext) => R,
): R => loader.resolve(specifier, context, next);

/** See {@link TypeScriptLoader.load}. */
export const load = <C, R>(url: string, context: C, next: (url: string, context: C) => R): R | Loaded =>
  loader.load(url, context, next);
