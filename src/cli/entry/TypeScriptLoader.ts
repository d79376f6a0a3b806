import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { packageOf } from '../packages';
import type { Compiler, CompilerOptions, Diagnostic } from './compiler';

/** The input of a loader: plain data, so that it can be sent to another thread. */
export interface LoaderSetup {
  /** The path of the compiler. */
  readonly compiler: string;
  readonly entry: string;
}

/** The part of Node's hook context that is used here. */
export interface ResolveContext {
  readonly parentURL?: string;
}

/** A compiled module, as Node expects it from a `load` hook. */
export interface Loaded {
  readonly format: 'module' | 'commonjs';
  readonly source: string;
  readonly shortCircuit: true;
}

const TYPESCRIPT = /(?<!\.d)\.[cm]?ts$/;

/**
 * Node's module hooks for TypeScript: compiles with the application's own tsconfig, without checking types. An import
 * of `./order.js` means `./order.ts` when only that exists, as for the compiler. The same functions work as Node's
 * synchronous and asynchronous hooks: they return whatever the next hook returns.
 */
export class TypeScriptLoader {
  readonly #ts: Compiler;
  readonly #folder: string;
  readonly #options: CompilerOptions;

  /** @throws SyntaxError when the tsconfig cannot be read. */
  constructor({ compiler, entry }: LoaderSetup) {
    this.#ts = createRequire(entry)(compiler) as Compiler;
    this.#folder = packageOf(entry)?.folder ?? dirname(entry);
    this.#options = this.#readOptions(dirname(entry));
  }

  /** The hook that finds the file of an import. */
  readonly resolve = <R>(
    specifier: string,
    context: ResolveContext,
    next: (specifier: string, context: ResolveContext) => R,
  ): R => next(sourceOf(specifier, context) ?? specifier, context);

  /** The hook that reads a file; other files than TypeScript are left to the next hook. */
  readonly load = <C, R>(url: string, context: C, next: (url: string, context: C) => R): R | Loaded => {
    if (!url.startsWith('file:') || !TYPESCRIPT.test(url)) return next(url, context);
    const file = fileURLToPath(url);
    const format = isModuleFile(file) ? 'module' : 'commonjs';
    return { format, source: this.#transpile(file, format), shortCircuit: true };
  };

  #transpile(file: string, format: Loaded['format']): string {
    const { ModuleKind, transpileModule } = this.#ts;
    const module = format === 'module' ? ModuleKind.ESNext : ModuleKind.CommonJS;
    const { outputText, diagnostics = [] } = transpileModule(readFileSync(file, 'utf8'), {
      fileName: file,
      compilerOptions: { ...this.#options, module },
      reportDiagnostics: true,
    });
    // An error without a file is about the options, which may suit the build of the application and not this one.
    const errors = diagnostics.filter((one) => one.file !== undefined);
    if (errors.length > 0) throw this.#syntaxError(errors);
    return outputText;
  }

  #readOptions(folder: string): CompilerOptions {
    const { findConfigFile, parseJsonConfigFileContent, readConfigFile, ScriptTarget } = this.#ts;
    const file = findConfigFile(folder, existsSync);
    if (file === undefined) return { target: ScriptTarget.ES2022, inlineSourceMap: true, inlineSources: true };
    const { config, error } = readConfigFile(file, (path) => readFileSync(path, 'utf8'));
    if (error !== undefined) throw this.#syntaxError([error]);
    // The list of the project's files is not needed, so directories are not searched.
    const { options } = parseJsonConfigFileContent(config, { ...this.#ts.sys, readDirectory: () => [] }, dirname(file));
    const { moduleResolution: _itself, sourceMap: _file, sourceRoot: _root, mapRoot: _other, ...kept } = options;
    return { ...kept, inlineSourceMap: true, inlineSources: true };
  }

  #syntaxError(errors: readonly Diagnostic[]): SyntaxError {
    const host = {
      getCurrentDirectory: () => this.#folder,
      getCanonicalFileName: (name: string) => name,
      getNewLine: () => '\n',
    };
    // Named as ts-node names its errors, so that both are shown alike: with the places in the message and without a
    // stack.
    return Object.assign(new SyntaxError(this.#ts.formatDiagnostics(errors, host).trimEnd()), { name: 'TSError' });
  }
}

/** The URL of `x.ts` for an import of `x.js` when only `x.ts` exists. */
function sourceOf(specifier: string, { parentURL }: ResolveContext): string | undefined {
  if (!/^(\.{1,2}\/|file:)/.test(specifier) || !/\.[cm]?js$/.test(specifier)) return undefined;
  if (parentURL !== undefined && !parentURL.startsWith('file:')) return undefined;
  const compiled = fileURLToPath(new URL(specifier, parentURL));
  const source = compiled.replace(/js$/, 'ts');
  return !existsSync(compiled) && existsSync(source) ? pathToFileURL(source).href : undefined;
}

/** True when Node would load a TypeScript file as an ES module: by its ending, else by the `type` of its package. */
export const isModuleFile = (file: string): boolean =>
  file.endsWith('.mts') || (file.endsWith('.ts') && packageOf(file)?.manifest.type === 'module');
