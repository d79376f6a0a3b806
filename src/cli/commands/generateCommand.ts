import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { Command } from 'commander';

import type { Terminal } from '../../contracts/CommandModule';
import { asItIs } from '../../errors/foreign';
import { UsageError } from '../cliErrors';
import { EXIT, type Finish } from '../exitCodes';
import { type NearestPackage, packageOf } from '../packages';
import { findNamesake } from '../scaffold/findNamesake';
import { GENERATORS, type GeneratorKind } from '../scaffold/generators';
import { insertAtMarkers } from '../scaffold/insertAtMarkers';
import { DEPENDENCIES } from '../scaffold/Name';
import { reading, renderTemplates, writeFiles } from '../scaffold/newFiles';

/** The command `generate`: adds a listener, a module, a settings class or a plugin to an application. */
export function generateCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('generate')
    .alias('g')
    .summary('add a listener, a module, a settings class or a plugin to an application')
    .description(
      'Adds to the application of the nearest package.json, with a test. Never overwrites: when one of the files exists already, none is written.',
    );
  for (const kind of Object.keys(GENERATORS) as GeneratorKind[]) {
    command.addCommand(
      new Command(kind)
        .description(GENERATORS[kind].description)
        .argument('<name>', 'words of letters and digits, as order-sync, order_sync or OrderSync')
        .action((name: string) => {
          generate(kind, name, terminal);
          finish(EXIT.ok);
        }),
    );
  }
  return command;
}

function generate(kind: GeneratorKind, given: string, { cwd, out }: Terminal): void {
  const application = packageOf(cwd);
  if (application === undefined) {
    throw new UsageError('WRONG_USAGE', {
      what: 'There is no application here: no package.json in this folder or above it.',
      facts: { folder: cwd },
      fix: 'call it inside an application; `daemonry new <name>` makes one.',
    });
  }
  refuseForeign(application);
  const { values, registration, advice } = GENERATORS[kind].plan(given);
  if (kind === 'plugin') refuseTaken(application, given, values);
  refuseLoaded(`${application.folder}/src/modules.ts`, kind, given, values);
  if (kind === 'listener') refuseNamesake(application.folder, given, values);
  // A plugin is a package of its own.
  const spelled = application.manifest.type === 'module' && kind !== 'plugin' ? asModule : asItIs;
  const files = renderTemplates(kind, values).map((file) =>
    'text' in file ? { ...file, text: spelled(file.text) } : file,
  );
  writeFiles(application.folder, files);
  for (const { path } of files) out(`wrote ${relative(cwd, `${application.folder}/${path}`)}`);
  if (registration !== undefined) {
    const { file } = registration;
    const insertions = registration.insertions.map((one) => ({ ...one, line: spelled(one.line) }));
    const shown = relative(cwd, `${application.folder}/${file}`);
    if (insertAtMarkers(`${application.folder}/${file}`, insertions)) out(`added to ${shown}`);
    else {
      const lines = insertions.map(({ line, place }) => `  ${place}:\n    ${line}`);
      out([`\nNot registered: ${shown} has no markers for it. Add by hand,`, ...lines].join('\n'));
    }
  }
  if (advice !== undefined) out(`\n${advice}`);
}

/** Code with the relative imports of an ES module, which name a file with its ending. */
const asModule = (text: string): string =>
  text.replaceAll(/ from '(\.[^']+)';/g, (_found, path: string) => {
    const file = path.startsWith('../modules/') ? `${path}/index` : path;
    return ` from '${file}.js';`;
  });

/** Refuses a package that does not use daemonry: the nearest package.json may be that of anything. */
function refuseForeign({ folder, manifest }: NearestPackage): void {
  if (manifest.daemonry !== undefined || statedIn(manifest).includes('daemonry')) return;
  throw new UsageError('WRONG_USAGE', {
    what: 'This is no application of daemonry: the nearest package.json does not depend on it.',
    facts: { file: join(folder, 'package.json') },
    fix: 'call it inside an application; `daemonry new <name>` makes one.',
  });
}

/** The packages that a package depends on. */
const statedIn = ({ dependencies, devDependencies, peerDependencies }: NearestPackage['manifest']): readonly string[] =>
  Object.keys({ ...peerDependencies, ...devDependencies, ...dependencies });

/** Refuses the name of the application or of a package beside it: a plugin is a package, and those have names of their own. */
function refuseTaken(
  { folder, manifest }: NearestPackage,
  given: string,
  { kebab = '' }: Readonly<Record<string, string>>,
): void {
  const owner =
    kebab === manifest.name
      ? 'the application has that name'
      : DEPENDENCIES.includes(kebab) || statedIn(manifest).includes(kebab)
        ? 'a package that the application depends on has that name'
        : undefined;
  if (owner === undefined) return;
  throw new UsageError('INVALID_NAME', {
    what: `"${given}" cannot be the name of a plugin here: ${owner}.`,
    facts: { file: join(folder, 'package.json') },
    fix: `add a word: ${kebab}-plugin, say.`,
  });
}

/** Refuses a listener whose name another class has as well. A file of its own that is there already is refused when it is written. */
function refuseNamesake(
  folder: string,
  given: string,
  { listener = '', pascal = '', kebab = '' }: Readonly<Record<string, string>>,
): void {
  const other = findNamesake(folder, listener);
  if (other === undefined || other.file === join('src', pascal)) return;
  throw new UsageError('INVALID_NAME', {
    what: `"${given}" cannot be the name of a listener here: the class ${other.className} is the listener "${listener}" already.`,
    facts: { there: `${other.file}.ts`, 'not written': `${join('src', pascal)}.ts` },
    fix: `add a word: ${kebab}-app, say; or name that one otherwise: @BackgroundDaemon({ name: '…' }).`,
  });
}

const NOUNS: Readonly<Record<GeneratorKind, string>> = {
  listener: 'a listener',
  module: 'a module',
  settings: 'a settings class',
  plugin: 'a plugin',
};

/** Refuses the name of a module that the application loads from a package: its listener and settings have that name. */
function refuseLoaded(
  modules: string,
  kind: GeneratorKind,
  given: string,
  { listener, snake = '', kebab = '' }: Readonly<Record<string, string>>,
): void {
  const name = kind === 'plugin' ? kebab : (listener ?? snake);
  if (!existsSync(modules)) return;
  const text = reading(modules, () => readFileSync(modules, 'utf8'));
  const loaded = new RegExp(`['"]([^.'"][^'"]*/${name})['"]`).exec(text)?.[1];
  if (loaded === undefined) return;
  throw new UsageError('INVALID_NAME', {
    what: `"${given}" cannot be the name of ${NOUNS[kind]} here: the application loads the module ${loaded}.`,
    facts: { file: modules },
    fix: `add a word: ${kebab}-app, say.`,
  });
}
