import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { version } from '../../../package.json';

const ROOT = join(__dirname, '../../..');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export type Files = Readonly<Record<string, string | object>>;

/** A fresh folder with these files, links resolved; objects become JSON. It is removed after the test. */
export function givenFolder(files: Files = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'daemonry-plugins-')));
  folders.push(folder);
  write(folder, files);
  return folder;
}

export function write(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

export function link(from: string, to: string): void {
  mkdirSync(dirname(from), { recursive: true });
  symlinkSync(to, from, 'dir');
}

/** Makes the framework under test the `daemonry` of a folder. */
export function installFramework(folder: string): void {
  link(join(folder, 'node_modules/daemonry'), ROOT);
}

/** A register function that leaves a trace and adds one daemon. */
const registering = (daemon: string): string => `
globalThis.trace?.push('loaded ${daemon}');
exports.register = (context) => {
  globalThis.trace?.push('registered ${daemon}');
  context.registerBackgroundDaemon({ name: '${daemon}', startup() {} });
};`;

/** The files of a plugin package, below `folder`. */
export function pluginFiles(
  folder: string,
  { name = 'marvin', packageName = 'daemonry-plugin-marvin', code = registering(name), ...rest }: GivenPlugin = {},
): Files {
  const manifest = { name, plugin: './plugin.js', ...rest.manifest };
  return {
    [`${folder}/package.json`]: { name: packageName, version: '1.2.3', daemonry: manifest, ...rest.packageJson },
    [`${folder}/plugin.js`]: code,
  };
}

interface GivenPlugin {
  readonly name?: string;
  readonly packageName?: string;
  readonly code?: string;
  readonly manifest?: object;
  readonly packageJson?: object;
}

/** An application's folder, which depends on `dependencies`. */
export const appFiles = (...dependencies: string[]): Files => ({
  'package.json': { name: 'app', dependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])) },
});

/** An application with one plugin installed as npm does it. */
export function givenInstalled(plugin: GivenPlugin = {}): string {
  const packageName = plugin.packageName ?? 'daemonry-plugin-marvin';
  return givenFolder({ ...appFiles(packageName), ...pluginFiles(`node_modules/${packageName}`, plugin) });
}

export const hostVersion = version;

/** What fixtures of this test have executed. */
export function givenTrace(): string[] {
  const trace: string[] = [];
  (globalThis as { trace?: string[] }).trace = trace;
  return trace;
}

afterEach(() => {
  delete (globalThis as { trace?: string[] }).trace;
});
