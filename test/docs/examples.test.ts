import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const EXAMPLE = /<!-- from (\S+)#(\S+) -->\n\n```ts\n([\s\S]*?)```/g;
const ANY_CODE = /(?:<!-- (from \S+|not run here) -->\n\n)?```ts\n/g;

/** Guides that explain by words, files and commands. */
const WITHOUT_CODE = /^(architecture|comparison|deployment|errors|faq|packaging|security|upgrades|README)\.md$/;

/** The pages of modules whose examples are all run, or marked. */
const SPLICED = [
  'README',
  'admin',
  'alerts',
  'audit_log',
  'cluster',
  'cost_ladder',
  'cost_telemetry',
  'email_inbound_imap',
  'mcp',
  'mcp_consumption',
  'message_log',
  'metrics',
  'operational_state',
  'promotions',
  'purelymail_client',
  'reasoning_engine',
  'slack_client',
  'tracing',
  'web',
];

const pages = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md') && !WITHOUT_CODE.test(file))
    .map((file) => `docs/${file}`),
  ...SPLICED.map((name) => `modules/docs/${name}.md`),
].map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));

const examples = pages.flatMap(({ file, text }) =>
  [...text.matchAll(EXAMPLE)].map(([, source = '', region = '', code = '']) => ({ file, source, region, code })),
);

/** What stands between `// region <name>` and `// endregion <name>`, as far to the left as that. */
function regionOf(source: string, name: string): string | undefined {
  const text = readFileSync(join(ROOT, source), 'utf8');
  const found = new RegExp(`([ \\t]*)// region ${name}\\n([\\s\\S]*?)[ \\t]*// endregion ${name}\\n`).exec(text);
  return found?.[2]?.replaceAll(new RegExp(`^${found[1]}`, 'gm'), '');
}

/** Every Markdown and TypeScript file that a user reads or is given. */
const shown = ['docs', 'modules/docs', 'examples', 'templates'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(md|ts|tpl)$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .map((file) => `${folder}/${file}`),
);

/** Code that tells the compiler to look away. A comment or a sentence may say "any". */
const LOOKS_AWAY =
  /\bas any\b|\bas unknown as\b|\bas never\b|[:<|] any\b[^\n.]*[;,=)>]|@ts-(ignore|nocheck|expect-error)/;
const codeOf = (file: string): string => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const code = file.endsWith('.md') ? [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, ts = '']) => ts) : [text];
  return code
    .join('\n')
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, (comment) => (comment.includes('@ts-') ? comment : ''));
};

describe('The examples of the guides', () => {
  it('need no `any` and no cast that hides a type: what is documented compiles as it stands', () => {
    expect(shown.length).toBeGreaterThan(150);
    expect(shown.filter((file) => LOOKS_AWAY.test(codeOf(file)))).toEqual([]);
  });

  it.each(pages)('are there in $file', ({ text }) => {
    expect([...text.matchAll(ANY_CODE)]).not.toEqual([]);
  });

  it('of the first page are what `daemonry generate` writes', () => {
    const [, shown = ''] =
      /```ts\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/getting-started.md'), 'utf8')) ?? [];
    const template = readFileSync(join(ROOT, 'templates/listener/src/__pascal__.ts.tpl'), 'utf8');

    const written = template
      .replace('{{pascal}}', 'OrderSync')
      .replace('/** Say in one sentence what it is for. */\n', '');
    expect(written).toContain(shown);
  });

  it.each(examples)('$file shows $source, region $region, as it is', ({ source, region, code }) => {
    expect(code.trimEnd()).toBe(regionOf(source, region)?.trimEnd());
  });

  it.each(pages)('$file has no TypeScript of which nobody says where it comes from', ({ text }) => {
    expect([...text.matchAll(ANY_CODE)].filter(([, origin]) => origin === undefined)).toEqual([]);
  });
});
