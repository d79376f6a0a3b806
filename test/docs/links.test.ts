import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const LINK = /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g;

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...['docs', 'modules/docs'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => join(folder, file)),
  ),
];

const textOf = (path: string): string => readFileSync(path, 'utf8').replace(/^```[\s\S]*?^```/gm, '');

/** As GitHub names it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (path: string): string[] =>
  [...textOf(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('The links of the documentation', () => {
  it('lead from the README to every page, and the sidebar of the site has every guide', () => {
    const reached = new Set<string>();
    const follow = (page: string): void => {
      if (reached.has(page) || !page.endsWith('.md') || !existsSync(join(ROOT, page))) return;
      reached.add(page);
      for (const [, path = ''] of textOf(join(ROOT, page)).matchAll(LINK)) follow(join(dirname(page), path));
    };
    follow('README.md');
    const sidebar = readFileSync(join(ROOT, 'site/.vitepress/config.mjs'), 'utf8');
    const guides = pages.flatMap((page) => /^docs\/([^/]+)\.md$/.exec(page)?.[1] ?? []);

    expect(pages.filter((page) => !reached.has(page))).toEqual([]);
    expect(guides.filter((guide) => !sidebar.includes(`'${guide}'`))).toEqual([]);
  });

  it.each(pages)('of %s lead somewhere', (page) => {
    const file = join(ROOT, page);
    const links = [...textOf(file).matchAll(LINK)].map(([, path = '', anchor]) => ({ path, anchor }));
    const broken = links.filter(({ path, anchor }) => {
      const target = path === '' ? file : join(dirname(file), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !(statSync(target).isFile() && anchorsOf(target).includes(anchor));
    });

    expect(broken).toEqual([]);
  });
});
