import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ModuleDefinition, SettingsReader } from 'daemonry';

const ROOT = join(__dirname, '..');

const foldersThatLoad = readdirSync(ROOT, { withFileTypes: true })
  .filter((folder) => folder.isDirectory() && !['dist', 'docs', 'node_modules', 'shared', 'test'].includes(folder.name))
  .map(({ name }) => name)
  .filter((name) =>
    readdirSync(join(ROOT, name), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .some((file) => /\bload(Optional|Fastify)\b/.test(readFileSync(join(ROOT, name, file), 'utf8'))),
  );

const moduleOf = (folder: string): ModuleDefinition => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- each folder by its name
  const exported = require(join(ROOT, folder)) as Readonly<Record<string, unknown>>;
  const [, define] = Object.entries(exported).find(
    ([name]) => name.toLowerCase() === `${folder.replaceAll('_', '')}module`,
  ) ?? ['', undefined];
  return (define as () => ModuleDefinition)();
};

/** Settings with everything set by which an optional package is needed. */
const everything = {
  botToken: 'x',
  user: 'x',
  appPassword: 'x',
  slackSigningSecret: 'x',
  emailSecret: 'x',
  bearerToken: 'x',
  callers: [],
  endpoints: [{}],
  provider: 'openai',
  postgres: {},
};

const nothing = { callers: [], endpoints: [], provider: 'local', postgres: {} };

const reader =
  (values: object): SettingsReader =>
  () =>
    values as never;

describe('the packages that modules need', () => {
  it('are loaded by more than ten of them', () => {
    expect(foldersThatLoad.length).toBeGreaterThan(10);
  });

  it.each(foldersThatLoad)('are named by %s, and found where they are installed', (folder) => {
    const needed = moduleOf(folder).packages?.(reader(everything)) ?? [];

    expect(needed.length).toBeGreaterThan(0);
    for (const load of needed) expect(load).not.toThrow();
  });

  it.each([
    'slack_client',
    'purelymail_client',
    'email_inbound_imap',
    'webhooks',
    'mcp',
    'mcp_consumption',
    'reasoning_engine',
  ])('are none of %s where it is not configured to need one', (folder) => {
    expect(moduleOf(folder).packages?.(reader(nothing))).toEqual([]);
  });

  it('are those of the store that the cluster engine is configured to use', () => {
    const [, redis] = moduleOf('cluster').packages?.(reader(nothing)) ?? [];
    const [, postgres] = moduleOf('cluster').packages?.(reader({ postgres: { url: 'postgres://here/x' } })) ?? [];

    expect(redis).not.toBe(postgres);
  });
});
