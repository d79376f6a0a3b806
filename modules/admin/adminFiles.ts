import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';

import { loadOptional } from '../shared/packages';

/** The files of the pages, beside the compiled code. */
const FOLDER = join(__dirname, 'app');

interface Library {
  /** The name of the npm package. */
  readonly name: string;
  /** The major version that is asked for. */
  readonly major: number;
  /** Finds the file that is served; the specifiers are literal, so that bundlers see them. */
  readonly find: () => string;
  /** The name it is served under. */
  readonly served: string;
}

const beside = (file: string, name: string): string => join(dirname(file), name);

/** The libraries of the pages, served as their packages have them. */
const LIBRARIES: readonly Library[] = [
  { name: 'preact', major: 11, find: () => require.resolve('preact'), served: 'preact.mjs' },
  { name: 'preact', major: 11, find: () => require.resolve('preact/hooks'), served: 'hooks.mjs' },
  { name: 'htm', major: 3, find: () => beside(require.resolve('htm'), 'htm.mjs'), served: 'htm.mjs' },
  { name: 'uplot', major: 1, find: () => beside(require.resolve('uplot'), 'uPlot.esm.js'), served: 'uplot.mjs' },
  { name: 'uplot', major: 1, find: () => beside(require.resolve('uplot'), 'uPlot.min.css'), served: 'uplot.css' },
];

const fileOf = ({ name, major, find }: Library): string =>
  loadOptional({ name, major, neededBy: 'The admin module', otherwise: 'leave adminModule() out' }, find);

/** Functions that find the libraries of the pages, one each. They throw PackageMissingError. */
export const libraryChecks = (): readonly (() => unknown)[] =>
  LIBRARIES.filter(({ name }, index) => LIBRARIES.findIndex((other) => other.name === name) === index).map(
    (library) => () => fileOf(library),
  );

/** Checks that the libraries of the pages are installed. @throws PackageMissingError */
export function checkLibraries(): void {
  LIBRARIES.forEach(fileOf);
}

/** Names in imports of the pages and the libraries, and the file each stands for: a browser knows no packages. */
const IMPORTED: Readonly<Record<string, string>> = {
  preact: 'preact.mjs',
  'preact/hooks': 'hooks.mjs',
  htm: 'htm.mjs',
  uplot: 'uplot.mjs',
};

const BARE_IMPORT = /(\bfrom\s*)(['"])(preact|preact\/hooks|htm|uplot)\2/g;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A file as it is served. */
export interface ServedFile {
  readonly content: Buffer;
  readonly type: string;
  /** Differs when the content does. */
  readonly etag: string;
}

/** The paths below `/admin/` under which there are files, with the file of each. Reads the names only. */
export function listFiles(): ReadonlyMap<string, () => Promise<ServedFile>> {
  const own = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => extname(name) in TYPES)
    .map((name) => [`app/${name}`, readOnce(() => join(FOLDER, name), libraryFrom(name))] as const);
  const libraries = LIBRARIES.map(
    (library) => [`lib/${library.served}`, readOnce(() => fileOf(library), './')] as const,
  );
  return new Map([...own, ...libraries]);
}

/** The way from a file of the pages to the folder of the libraries. */
const libraryFrom = (name: string): string => `${'../'.repeat(name.split('/').length)}lib/`;

function readOnce(find: () => string, libraries: string): () => Promise<ServedFile> {
  let read: Promise<ServedFile> | undefined;
  return () => (read ??= readServed(find(), libraries));
}

async function readServed(file: string, libraries: string): Promise<ServedFile> {
  const extension = extname(file).replace('.js', '.mjs');
  const bytes = await readFile(file);
  const content =
    extension === '.mjs'
      ? Buffer.from(
          bytes
            .toString('utf8')
            .replace(BARE_IMPORT, (_all, from: string, quote: string, name: string) =>
              [from, quote, libraries, IMPORTED[name], quote].join(''),
            ),
        )
      : bytes;
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 24)}"`;
  return { content, type: TYPES[extension] ?? 'application/octet-stream', etag };
}
