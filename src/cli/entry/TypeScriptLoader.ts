import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { Compiler, CompilerOptions, Diagnostic } from './Compiler';
import { isModuleFile } from './isModuleFile';
import { packageOf } from './packageOf';

/** What a loader needs to know; it can be sent to another thread. */
export interface LoaderSetup {
  /** The path of the compiler. */
  readonly compiler: string;
  readonly entry: string;
}

export interface ResolveContext {
  readonly parentURL?: string;
}

export interface Loaded {
  readonly format: 'module' | 'commonjs';
  readonly source: string;
  readonly shortCircuit: true;
}

const TYPESCRIPT = /(?<!\.d)\.[cm]?ts$/;

/**
 * Node's module hooks for TypeScript: as the application's own tsconfig says, with no check of types. An import of `./order.js`
 * means `./order.ts` where there is no other, as it does to the compiler. The same functions serve Node's hooks that wait and
 * those that do not: they hand on what the next one returns.
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

  readonly resolve = <R>(
    specifier: string,
    context: ResolveContext,
    next: (specifier: string, context: ResolveContext) => R,
  ): R => next(sourceOf(specifier, context) ?? specifier, context);

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
    // Those without a file are about options, which the compiler that builds the application judges.
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
    // Which files belong to the project does not matter, so none is looked for.
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
    // The name that ts-node gives: the places are in the message, and the stack is that of this file.
    return Object.assign(new SyntaxError(this.#ts.formatDiagnostics(errors, host).trimEnd()), { name: 'TSError' });
  }
}

/** The source that an import of its compiled name means. */
function sourceOf(specifier: string, { parentURL }: ResolveContext): string | undefined {
  if (!/^(\.{1,2}\/|file:)/.test(specifier) || !/\.[cm]?js$/.test(specifier)) return undefined;
  if (parentURL !== undefined && !parentURL.startsWith('file:')) return undefined;
  const compiled = fileURLToPath(new URL(specifier, parentURL));
  const source = compiled.replace(/js$/, 'ts');
  return !existsSync(compiled) && existsSync(source) ? pathToFileURL(source).href : undefined;
}
