'use strict';

const { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { dirname, join, relative, resolve } = require('node:path');

const { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } = require('@microsoft/api-extractor');

const moduleExports = require('./moduleExports.cjs');

/**
 * The public API of both packages as text, a file for each entry point: packaging/api and modules/api. Needs a build.
 *
 *   node packaging/api.cjs            compares the text with the declarations, and ends with 1 where they differ
 *   node packaging/api.cjs --update   writes it, and the entry points of the modules into modules/package.json
 *
 * A report ends with what public signatures name and no entry point exports, so that a new one is seen. What is exported from
 * jest-preset is declared by hand: those declarations are their own report.
 */
const ROOT = resolve(__dirname, '..');
const MODULES = join(ROOT, 'modules');

function main(update) {
  const problems = checkModuleExports(update);
  const packages = [describePackage(ROOT, join(__dirname, 'api')), describePackage(MODULES, join(MODULES, 'api'))];
  const unbuilt = packages.flatMap(({ unbuilt }) => unbuilt);
  if (unbuilt.length > 0) {
    console.error(`Not built: ${unbuilt.join(', ')}. Call npm run build first.`);
    return 1;
  }
  for (const described of packages) {
    const reports = extract(described);
    if (update) write(described, reports);
    else problems.push(...compare(described, reports));
  }
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) return 0;
  if (!update) {
    console.error(
      'Where the change is meant: npm run build && npm run api:update, and read the difference. Else mend it.',
    );
  }
  return 1;
}

function checkModuleExports(update) {
  const file = join(MODULES, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const exported = moduleExports(MODULES);
  if (JSON.stringify(exported) === JSON.stringify(manifest.exports)) return [];
  if (!update) return ['modules/package.json exports other modules than there are in modules/.'];
  writeFileSync(file, `${JSON.stringify({ ...manifest, exports: exported }, undefined, 2)}\n`);
  return [];
}

/** A package, where its reports are, and its entry points that export something: `.` is named like the package. */
function describePackage(folder, reports) {
  const { name: own, exports: exported } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const built = Object.entries(exported).filter(([, { types }]) => types !== undefined);
  const unbuilt = built.map(([, { types }]) => join(folder, types)).filter((file) => !existsSync(file));
  const entries = built
    .filter(
      ([, { types }]) => unbuilt.length === 0 && readFileSync(join(folder, types), 'utf8').trim() !== 'export {};',
    )
    .map(([path, { types }]) => ({ name: path === '.' ? own : path.slice(2), declarations: join(folder, types) }));
  return { folder, reports, entries, unbuilt };
}

/** @returns the text of each report by its name. */
function extract({ folder, entries }) {
  const temporary = mkdtempSync(join(tmpdir(), 'daemonry-api-'));
  try {
    const configs = entries.map((entry) => [entry.name, configOf(entry, folder, entries, temporary)]);
    const compilerState = CompilerState.create(configs[0][1], {});
    const named = configs.map(([name, config]) => [name, namedBy(name, config, compilerState)]);
    const texts = new Map(entries.map(({ name }) => [name, read(join(temporary, `${name}.api.md`))]));
    const all = [...texts.values()].join('\n');
    const isExported = (symbol) => new RegExp(`^export (?:abstract )?[a-z]+ ${symbol}\\b`, 'm').test(all);
    return new Map(
      named.map(([name, symbols]) => [name, texts.get(name) + hidden(symbols.filter((one) => !isExported(one)))]),
    );
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/** Writes the report of an entry point. @returns the symbols that its signatures name and that it does not export. */
function namedBy(name, config, compilerState) {
  const symbols = new Set();
  Extractor.invoke(config, {
    compilerState,
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      if (message.messageId === 'ae-forgotten-export') symbols.add(/"([^"]+)"/.exec(message.text)[1]);
      else if (message.logLevel === ExtractorLogLevel.Error) throw new Error(`${name}: ${message.text}`);
    },
  });
  return [...symbols].sort();
}

const hidden = (symbols) =>
  symbols.length === 0 ? '' : `\nNamed above, and exported nowhere: ${symbols.join(', ')}.\n`;

function configOf({ name, declarations }, projectFolder, entries, temporary) {
  const folder = join(temporary, dirname(name));
  mkdirSync(folder, { recursive: true });
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder,
      mainEntryPointFilePath: declarations,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            lib: ['ES2023'],
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            types: ['node', 'jest'],
            typeRoots: [join(ROOT, 'node_modules/@types')],
            skipLibCheck: true,
          },
          files: entries.map((entry) => entry.declarations),
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: name.slice(name.lastIndexOf('/') + 1),
        reportFolder: folder,
        reportTempFolder: join(temporary, '.same', dirname(name)),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: {
          default: { logLevel: 'none' },
          'ae-forgotten-export': { logLevel: 'warning', addToApiReportFile: false },
        },
      },
    },
    packageJsonFullPath: join(projectFolder, 'package.json'),
  });
}

const read = (file) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n');

const committed = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .filter((file) => file.endsWith('.api.md'))
        .map((file) => file.replaceAll('\\', '/').slice(0, -'.api.md'.length))
    : [];

function write({ reports: folder }, reports) {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of reports) {
    const file = join(folder, `${name}.api.md`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  console.log(`wrote ${reports.size} reports to ${relative(ROOT, folder)}`);
}

function compare({ reports: folder }, reports) {
  const known = committed(folder);
  const changed = [...reports].filter(
    ([name, text]) => !known.includes(name) || read(join(folder, `${name}.api.md`)) !== text,
  );
  return [
    ...changed.map(([name, text]) => `The public API of ${name} has changed:\n${difference(folder, name, text)}`),
    ...known
      .filter((name) => !reports.has(name))
      .map((name) => `${relative(ROOT, folder)}/${name}.api.md describes an entry point that is gone.`),
  ];
}

/** The lines that only one side has: enough to see what it is about; `git diff` shows the rest after an update. */
function difference(folder, name, text) {
  const file = join(folder, `${name}.api.md`);
  const before = existsSync(file) ? read(file).split('\n') : [];
  const after = text.split('\n');
  const removed = before.filter((line) => !after.includes(line)).map((line) => `  - ${line}`);
  const added = after.filter((line) => !before.includes(line)).map((line) => `  + ${line}`);
  const lines = [...removed, ...added];
  return [...lines.slice(0, 40), ...(lines.length > 40 ? [`  … and ${lines.length - 40} more`] : [])].join('\n');
}

process.exitCode = main(process.argv.includes('--update'));
