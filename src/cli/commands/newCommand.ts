import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import { Command } from 'commander';

import type { Terminal } from '../../contracts/CommandModule';
import { UsageError } from '../cliErrors';
import { EXIT, type Finish } from '../exitCodes';
import { ownManifest } from '../packages';
import { parseApplicationName } from '../scaffold/Name';
import { reading, renderTemplates, writeFiles } from '../scaffold/newFiles';
import { dependencies, type GivenSpecs } from '../scaffold/packageSpec';

interface NewOptions extends GivenSpecs {
  readonly directory?: string;
}

/** The entries that the folder of a new application may have already, and keeps: those of a new repository. */
const HARMLESS = /^(\.git|\.gitignore|\.gitattributes|(licen[cs]e|copying|readme)(\.\w+)?)$/i;

/** The command `new`: writes an application that passes its own tests. */
export function newCommand({ cwd, out }: Terminal, finish: Finish): Command {
  return new Command('new')
    .summary('make an application that passes its own tests')
    .description(
      'Makes a folder with a complete application: a listener with settings and a test, a module, configuration, and files for deploying it (Docker, systemd, Kubernetes, CI). The folder has to be empty or new, or that of a new repository, whose README, license and .gitignore stay as they are.',
    )
    .argument('<name>', 'lower-case letters, digits and dashes: the name of the package, the image and the service')
    .option('-d, --directory <folder>', 'the folder to write to (default: ./<name>)')
    .option(
      '--daemonry <spec>',
      'the version of daemonry to depend on, or the path of a tarball, which is copied into vendor/ (default: this version, or the tarball that it was installed from)',
    )
    .option(
      '--modules <spec>',
      'the same for @daemonry/modules (default: as daemonry; of a tarball, the one beside it)',
    )
    .action((given: string, { directory, ...specs }: NewOptions) => {
      const name = parseApplicationName(given);
      const folder = resolve(cwd, directory ?? name);
      const there = entriesThere(folder);
      const { versions } = ownManifest();
      const { daemonry, modules, vendored } = dependencies(specs, cwd);
      const rendered = renderTemplates('application', {
        name,
        daemonry,
        modules,
        copyVendor: vendored.length === 0 ? '' : '\nCOPY vendor ./vendor',
        classValidator: versions['class-validator'] ?? '*',
        inversify: versions['inversify'] ?? '*',
        reflectMetadata: versions['reflect-metadata'] ?? '*',
      });
      const files = [...rendered, ...vendored].filter(({ path }) => !there.includes(path));
      writeFiles(folder, files);
      const shown = relative(cwd, folder) || '.';
      out(`Made "${name}" in ${shown}: ${files.length} files.\n`);
      const ignored = rendered.find(({ path }) => path === '.gitignore');
      const missing =
        there.includes('.gitignore') && ignored !== undefined && 'text' in ignored
          ? unignored(folder, ignored.text)
          : [];
      if (missing.length > 0) out(`Add to the .gitignore that was there: ${missing.join(' ')}\n`);
      if (vendored.length > 0) out('vendor/ has copies of the tarballs that it is made of: commit it.\n');
      out(
        `  cd ${shellWord(shown)}\n  npm install && npm test\n  npm run dev        # http://127.0.0.1:9119/readyz; Ctrl-C stops it\n\nWhat has run is kept in state/. Where Node is older than 22.13, that takes an optional dependency of 29 MB.`,
      );
      finish(EXIT.ok);
    });
}

/** A word as a shell reads it. */
const shellWord = (text: string): string =>
  /^[\w./@%+=:,][\w./@%+=:,-]*$/.test(text)
    ? text
    : `'${(text.startsWith('-') ? `./${text}` : text).replaceAll("'", "'\\''")}'`;

/** The entries of the folder, all of which may stay. @throws UsageError when there are others. */
function entriesThere(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const isFolder = reading(folder, () => statSync(folder).isDirectory());
  const entries = isFolder ? reading(folder, () => readdirSync(folder)) : [];
  const inTheWay = isFolder ? entries.filter((entry) => !HARMLESS.test(entry)) : [folder];
  if (inTheWay.length === 0) return entries;
  const shown = inTheWay.slice(0, 10).join(', ') + (inTheWay.length > 10 ? `, and ${inTheWay.length - 10} more` : '');
  throw new UsageError('FILES_IN_THE_WAY', {
    what: 'A new application goes into an empty folder, and this one is not.',
    facts: { folder, 'in the way': shown },
    fix: 'choose another name, or another folder with --directory.',
  });
}

/** The lines of a new `.gitignore` that the one which is kept lacks. */
function unignored(folder: string, text: string): readonly string[] {
  const file = join(folder, '.gitignore');
  const plain = (line: string): string => line.trim().replaceAll(/^\/|\/$/g, '');
  const kept = reading(file, () => readFileSync(file, 'utf8'))
    .split('\n')
    .map(plain);
  return text.split('\n').filter((line) => line !== '' && !kept.includes(plain(line)));
}
