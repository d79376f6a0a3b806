import { type Loaded, type LoaderSetup, type ResolveContext, TypeScriptLoader } from './TypeScriptLoader';

// Node calls these in a thread of its own, which is given nothing but this file and the setup.
let loader: TypeScriptLoader;

export function initialize(setup: LoaderSetup): void {
  loader = new TypeScriptLoader(setup);
}

export const resolve = <R>(
  specifier: string,
  context: ResolveContext,
  next: (specifier: string, context: ResolveContext) => R,
): R => loader.resolve(specifier, context, next);

export const load = <C, R>(url: string, context: C, next: (url: string, context: C) => R): R | Loaded =>
  loader.load(url, context, next);
