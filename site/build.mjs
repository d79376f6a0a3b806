// Builds the documentation site into site/dist: the pages of docs/, of modules/docs/ and of the API, with a search and a check of
// every link between pages. `npm run docs:site` runs it.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const SITE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(SITE);
const PAGES = join(SITE, 'pages');

/** The pages, by the folder or file that they come from; links between them stay as they are. */
const SOURCES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'LICENSE',
  'bench/README.md',
  'docs',
  'modules/README.md',
  'modules/docs',
  'examples/gateway/README.md',
  'examples/enterprise/README.md',
  'examples/migration/README.md',
];
const LINK = /(\]\()([^)\s]+)(\))/g;

const run = (file, args, cwd = SITE) => {
  execFileSync(process.execPath, [join(SITE, 'node_modules', file), ...args], { cwd, stdio: 'inherit' });
};

/** Every file below a path, relative to the root of the repository. */
function filesOf(path) {
  const absolute = join(ROOT, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [path];
  return readdirSync(absolute).flatMap((name) => filesOf(join(path, name)));
}

/** Sources that pages link to are part of the site too, as texts: a reader without the repository can follow every link. */
function copySource(file) {
  const target = join(PAGES, 'public/source', `${file}.txt`);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(join(ROOT, file), target);
  return `/source/${file.split(sep).join('/')}.txt`;
}

/** A link that leads out of the pages leads to a copy, or to the page that a folder has. */
function linkOf(page, href, pages) {
  if (/^([a-z]+:|#|\/)/.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const file = relative(ROOT, resolve(ROOT, dirname(page), path));
  if (pages.has(file)) return href.replace(/(^|\/)README\.md/, file === 'README.md' ? '$1README.md' : '$1index.md');
  const absolute = join(ROOT, file);
  if (!existsSync(absolute)) return href;
  if (statSync(absolute).isDirectory()) {
    const index = join(file, 'README.md');
    return pages.has(index) ? linkOf(page, relative(dirname(page), index), pages) : '#';
  }
  return copySource(file) + (anchor === undefined ? '' : `#${anchor}`);
}

/** A README is the page of its folder, apart from that of the repository: the site has a first page of its own. */
const targetOf = (page) =>
  page === 'LICENSE' ? 'LICENSE.md' : page === 'README.md' ? page : page.replace(/README\.md$/, 'index.md');

/** Only Markdown is to be read as such: VitePress would take `{{ }}` and tags for Vue. */
const plain = (text) => text.replaceAll('{{', '{<!-- -->{');

rmSync(PAGES, { recursive: true, force: true });
const pages = new Set(SOURCES.flatMap(filesOf));
for (const page of pages) {
  const target = join(PAGES, targetOf(page));
  mkdirSync(dirname(target), { recursive: true });
  if (!page.endsWith('.md') && page !== 'LICENSE') {
    cpSync(join(ROOT, page), target);
    continue;
  }
  let isCode = false;
  const lines = readFileSync(join(ROOT, page), 'utf8')
    .split('\n')
    .map((line) => {
      if (line.startsWith('```')) isCode = !isCode;
      if (isCode) return line;
      return plain(line).replaceAll(LINK, (_all, before, href, after) => before + linkOf(page, href, pages) + after);
    });
  writeFileSync(target, lines.join('\n'));
}
cpSync(join(SITE, 'index.md'), join(PAGES, 'index.md'));

run('typedoc/bin/typedoc', ['--options', join(SITE, 'typedoc.json')]);
run('vitepress/bin/vitepress.js', ['build', SITE]);
console.log(`built ${relative(process.cwd(), join(SITE, 'dist'))}`);
