import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, sep } from 'node:path';

import type { OnResolveArgs, Plugin } from './esbuild';

/** Packages that build or find their native code at run time, relative to their own folder. */
const NATIVE_LOADERS = /^(bindings|node-gyp-build|node-pre-gyp|@mapbox\/node-pre-gyp)$/;

/** A package that is not part of a bundle. */
export interface OutsidePackage {
  readonly name: string;
  readonly why: 'native' | 'missing' | 'asked' | 'unused' | 'importOnly';
}

/** Decides which packages stay outside of a bundle. One object is used for all passes over the same application. */
export class LeftOutside {
  readonly #asked: readonly string[];
  readonly #native = new Set<string>();
  readonly #missing = new Set<string>();
  readonly #used = new Set<string>();
  readonly #importOnly = new Set<string>();

  /** @param asked - packages to leave outside in any case. */
  constructor(asked: readonly string[]) {
    this.#asked = asked;
  }

  /** The number of packages that are known to be native: when a pass has found more, another one is needed. */
  get natives(): number {
    return this.#native.size;
  }

  /** The packages that stay outside, by name; and those that were asked for, and nobody imports. */
  list(): readonly OutsidePackage[] {
    const of = (names: Iterable<string>, why: OutsidePackage['why']): OutsidePackage[] =>
      [...names].sort().map((name) => ({ name, why }));
    const unused = this.#asked.filter((name) => !this.#used.has(name));
    return [
      ...of(this.#native, 'native'),
      ...of(this.#missing, 'missing'),
      ...of(this.#used, 'asked'),
      ...of(unused, 'unused'),
      ...of(this.#importOnly, 'importOnly'),
    ];
  }

  /** The plugin of esbuild that leaves these packages outside. */
  plugin(): Plugin {
    return {
      name: 'daemonry-left-outside',
      setup: (build) => {
        build.onResolve({ filter: /\.node$/ }, (args) => {
          this.#foundNative(args);
          return { path: args.path, external: true };
        });
        build.onResolve({ filter: /^[^./]/ }, async (args) => {
          if (args.pluginData === this || args.kind === 'entry-point' || isBuiltin(args.path)) return undefined;
          const name = packageName(args.path);
          const outside = { path: args.path, external: true };
          const { importer, resolveDir, namespace } = args;
          const find = (kind: string) =>
            build.resolve(args.path, { importer, resolveDir, kind, namespace, pluginData: this });
          if (this.#asked.includes(name)) this.#used.add(name);
          if (this.#used.has(name) || this.#native.has(name)) {
            if (args.kind === 'import-statement' && (await isImportOnly(find))) this.#importOnly.add(name);
            return outside;
          }
          if (NATIVE_LOADERS.test(name)) this.#foundNative(args);
          const found = await find(args.kind);
          if (found.errors.length > 0) {
            this.#missing.add(name);
            return outside;
          }
          if (found.external || !hasNativeSources(found.path, name)) return found;
          this.#native.add(name);
          return outside;
        });
      },
    };
  }

  /** Notes the package whose file imports native code, or a loader of such. */
  #foundNative({ importer }: OnResolveArgs): void {
    const owner = owningPackage(importer);
    if (owner !== undefined) this.#native.add(owner);
  }
}

/** True for a module that `import` finds, and `require` does not, which the bundle calls in place of it. */
const isImportOnly = async (
  find: (kind: string) => Promise<{ readonly errors: readonly unknown[] }>,
): Promise<boolean> =>
  (await find('require-call')).errors.length > 0 && (await find('import-statement')).errors.length === 0;

/** `@scope/name` of `@scope/name/file`, `name` of `name/file`. */
const packageName = (path: string): string =>
  path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');

/** The name of the installed package that a file belongs to; undefined for a file of the application. */
export function owningPackage(file: string): string | undefined {
  const inside = file.split(sep).join('/').split('/node_modules/');
  return inside.length < 2 ? undefined : packageName(inside.at(-1) ?? '');
}

/** True when the package that a resolved file belongs to is compiled where it is installed. */
function hasNativeSources(file: string, name: string): boolean {
  const folder = join('node_modules', ...name.split('/'));
  const end = file.lastIndexOf(folder);
  return end >= 0 && existsSync(join(file.slice(0, end + folder.length), 'binding.gyp'));
}
