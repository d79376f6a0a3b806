import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import Ajv from 'ajv';
import { parse } from 'yaml';

import { type Ended, givenFolder, type GivenFolder } from './support/givenApplication';

const DEPLOYMENT_SCHEMA = JSON.parse(readFileSync(join(__dirname, 'support/deployment.schema.json'), 'utf8')) as object;

interface Named {
  readonly name: string;
}

interface Probe {
  readonly httpGet: { readonly port: string };
}

interface Deployment {
  readonly spec: {
    readonly selector: { readonly matchLabels: object };
    readonly template: {
      readonly metadata: { readonly labels: object };
      readonly spec: { readonly volumes: readonly Named[]; readonly containers: readonly Container[] };
    };
  };
}

interface Container {
  readonly ports: readonly Named[];
  readonly volumeMounts: readonly Named[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
}

// prettier is a process.
jest.setTimeout(120_000);

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(folder.length + 1));

const formatted = (place: GivenFolder): Promise<Ended> =>
  place.node([require.resolve('prettier/bin/prettier.cjs'), '--check', '.'], { cwd: 'orders' });

describe('daemonry new', () => {
  let orders: string;
  let place: GivenFolder;
  beforeAll(async () => {
    place = givenFolder();
    await place.call(['new', 'orders']);
    orders = join(place.folder, 'orders');
  });

  const textOf = (path: string): string => readFileSync(join(orders, path), 'utf8');

  it('makes the folders and everything that an application is deployed with', () => {
    expect(filesOf(orders)).toEqual(
      expect.arrayContaining([
        ...['.dockerignore', '.gitignore', 'Dockerfile', 'README.md', 'package.json', 'tsconfig.json'],
        ...['src/main.ts', 'src/Greeter.ts', 'src/GreeterSettings.ts', 'modules/guest_book/index.ts'],
        ...['decorators/Nightly.ts', 'test/Greeter.test.ts', 'config/default.yaml', 'config/production.yaml'],
        ...['deploy/orders.service', 'deploy/kubernetes.yaml', '.github/workflows/ci.yaml'],
      ]),
    );
  });

  it('leaves no placeholder, and puts the name where it belongs', () => {
    for (const path of filesOf(orders))
      expect([path, textOf(path)]).toEqual([path, expect.not.stringMatching(/\{\{\w|__\w+?__\./)]);
    expect(JSON.parse(textOf('package.json'))).toMatchObject({ name: 'orders', dependencies: { daemonry: '^0.1.0' } });
    expect(textOf('src/application.ts')).toContain("name: 'orders'");
  });

  it('writes what prettier would write', async () => {
    expect(await formatted(place)).toMatchObject({ code: 0, stderr: '' });
  });

  it('runs as a user of its own, by node itself, and takes the signal', () => {
    const dockerfile = textOf('Dockerfile');
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(dockerfile).toMatch(/^CMD \["node", .*"dist\/src\/main.js"\]$/m);
  });

  describe('writes a Kubernetes manifest that', () => {
    const manifest = (): Deployment => parse(textOf('deploy/kubernetes.yaml')) as Deployment;

    it('a strict server takes: every key is known, and every value fits', () => {
      const validate = new Ajv({ allErrors: true }).compile(DEPLOYMENT_SCHEMA);
      validate(manifest());
      expect(validate.errors ?? []).toEqual([]);

      const misspelt = manifest();
      Object.assign(misspelt.spec.template.spec, { terminationGracePeriod: 40 });
      expect(validate(misspelt)).toBe(false);
    });

    it('names only what it has: labels, ports, volumes', () => {
      const { spec } = manifest();
      const [container] = spec.template.spec.containers;
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
      expect(container?.volumeMounts.map(({ name }) => name)).toEqual(
        spec.template.spec.volumes.map(({ name }) => name),
      );
      const probes = [container?.startupProbe, container?.readinessProbe, container?.livenessProbe];
      const ports = container?.ports.map(({ name }) => name);
      for (const probe of probes) expect(ports).toContain(probe?.httpGet.port);
    });
  });

  it('refuses a folder that is not empty, listing what is in the way, and touches nothing', async () => {
    place.write({ 'taken/notes.txt': 'mine', 'taken/.git/HEAD': '' });
    const { code, stderr } = await place.call(['new', 'taken']);
    expect(code).toBe(64);
    expect(stderr).toContain('FILES_IN_THE_WAY');
    expect(stderr).toContain('in the way: notes.txt');
    expect(filesOf(join(place.folder, 'taken')).sort()).toEqual(['.git/HEAD', 'notes.txt']);
  });

  it.each([
    ['below a file', 'notes.txt/orders'],
    ['where the system makes no folders', '/proc/orders'],
  ])('refuses a folder %s with the reason, and without a stack', async (_where, folder) => {
    place.write({ 'notes.txt': 'mine' });
    const { code, stderr } = await place.call(['new', 'orders', '--directory', folder]);
    expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringMatching(/cannot be written: E/) as string });
    expect(stderr).not.toContain('    at ');
  });

  it('says how to compile what `npm start` runs, where nobody has', async () => {
    const { code, stderr } = await place.call(['run', 'dist/src/main.js'], { cwd: 'orders' });
    expect(JSON.parse(textOf('package.json'))).toMatchObject({ scripts: { start: 'daemonry run dist/src/main.js' } });
    expect(code).toBe(64);
    expect(stderr).toContain('To fix this: compile it: npm run build.');
  });

  it('goes into an empty folder, and into a clone of an empty repository', async () => {
    place.write({ 'cloned/.git/HEAD': '' });
    expect((await place.call(['new', 'parcels', '--directory', 'cloned'])).code).toBe(0);
    expect(existsSync(join(place.folder, 'cloned', 'deploy', 'parcels.service'))).toBe(true);
  });

  it.each(['Orders', '-orders', 'a--b', '../orders', 'orders-', 'daemonry', 'x'.repeat(51), 'großhandel', '9lives'])(
    'refuses the name %s as wrong usage, and makes nothing',
    async (name) => {
      const before = readdirSync(place.folder);
      const { code, stderr } = await place.call(['new', '--', name]);
      expect({ code, made: readdirSync(place.folder) }).toEqual({ code: 64, made: before });
      expect(stderr).toContain('INVALID_NAME');
    },
  );
});

describe('daemonry generate', () => {
  let place: GivenFolder;
  const generate = (kind: string, name: string): ReturnType<GivenFolder['call']> =>
    place.call(['generate', kind, name], { cwd: 'orders/src' });
  const textOf = (path: string): string => readFileSync(join(place.folder, 'orders', path), 'utf8');

  beforeAll(async () => {
    place = givenFolder();
    await place.call(['new', 'orders']);
  });

  it('adds a listener with its test, and registers it', async () => {
    const { code, stdout } = await generate('listener', 'order-sync');
    expect(code).toBe(0);
    expect(stdout).toBe('wrote OrderSync.ts\nwrote ../test/OrderSync.test.ts\nadded to listeners.ts\n');
    expect(textOf('src/OrderSync.ts')).toContain('export class OrderSync implements OnTick');
    expect(textOf('test/OrderSync.test.ts')).toContain("app.runs('order_sync')");
    expect(textOf('src/listeners.ts')).toContain("import { OrderSync } from './OrderSync';\n// daemonry:imports");
    expect(textOf('src/listeners.ts')).toContain('  Greeter,\n  OrderSync,\n  // daemonry:listeners\n];');
  });

  it('adds a module, settings and a plugin', async () => {
    await generate('module', 'order_store');
    expect(textOf('src/modules.ts')).toContain('  orderStoreModule(),\n  // daemonry:modules');
    const settings = await generate('settings', 'OrderSyncSettings');
    expect(textOf('src/OrderSyncSettings.ts')).toContain("@Settings('order_sync')");
    expect(settings.stdout).toContain('DAEMONRY__ORDER_SYNC__TIMEOUT');
    const plugin = await generate('plugin', 'audit-log');
    expect(JSON.parse(textOf('plugins/audit-log/package.json'))).toMatchObject({
      daemonry: { name: 'audit-log', plugin: './dist/plugin.js', engine: '^0.1' },
    });
    expect(plugin.stdout).toContain('enabled: [audit-log]');
    expect(await formatted(place)).toMatchObject({ code: 0, stderr: '' });
  });

  it('adds a module with the name of one that ships, and is not loaded here', async () => {
    const { code } = await generate('module', 'audit_log');
    expect(code).toBe(0);
    expect(textOf('src/modules.ts')).toContain("import { auditLogModule } from '../modules/audit_log';");
  });

  it('names in its advice a variable that the settings have', async () => {
    const { stdout } = await generate('settings', 'billing-run');
    const [, field] = /BILLING_RUN__(\w+)/.exec(stdout) ?? [];
    expect(textOf('src/BillingRunSettings.ts')).toContain(`readonly ${field?.toLowerCase()}:`);
  });

  it('overwrites nothing: when one file is there, none is written and nothing registered', async () => {
    place.write({ 'orders/test/Billing.test.ts': '// mine' });
    const before = textOf('src/listeners.ts');
    const { code, stderr } = await generate('listener', 'billing');
    expect(code).toBe(64);
    expect(stderr).toContain('files: test/Billing.test.ts');
    expect(textOf('test/Billing.test.ts')).toBe('// mine');
    expect(textOf('src/listeners.ts')).toBe(before);
    expect(existsSync(join(place.folder, 'orders/src/Billing.ts'))).toBe(false);
  });

  it.each([
    ['OrderFeedListener', 'order-feed', '@BackgroundDaemon()'],
    ['MailFeed', 'MailFeedDaemon', "@Available()\n@BackgroundDaemon({ interval: '1m' })"],
    ['Prices', 'price-feed', "@Listener({ name: 'price_feed' })"],
  ])('refuses a listener whose name %s has as well, with both files', async (there, name, decorator) => {
    const before = textOf('src/listeners.ts');
    const file = `orders/src/feeds/${there}`;
    place.write({
      [`${file}.ts`]: `@BackgroundDaemon({ name: 'other' })\nclass Other {}\n\n${decorator}\nexport class ${there} {}\n`,
      'orders/src/listeners.ts': `import { ${there}, Other } from './feeds/${there}';\n${before}`,
    });
    const { code, stderr } = await generate('listener', name);
    place.write({ 'orders/src/listeners.ts': before });

    expect(code).toBe(64);
    expect(stderr).toContain(`the class ${there} is the listener`);
    expect(stderr).toContain(`there: src/feeds/${there}.ts`);
    expect(stderr).toMatch(/not written: src\/\w+\.ts/);
    expect(existsSync(join(place.folder, 'orders/test/PriceFeed.test.ts'))).toBe(false);
  });

  it('says what to add by hand where the markers are gone', async () => {
    place.write({ 'orders/src/listeners.ts': 'export const listeners = [];\n' });
    const { code, stdout } = await generate('listener', 'parcels');
    expect(code).toBe(0);
    expect(stdout).toContain('Not registered: listeners.ts has no markers for it.');
    expect(stdout).toContain("import { Parcels } from './Parcels';");
    expect(textOf('src/listeners.ts')).toBe('export const listeners = [];\n');
  });

  it.each([
    ['listener', 'map', 'would hide another one'],
    ['listener', 'Listener', 'would hide another one'],
    ['listener', '9lives', 'does not begin with a letter'],
    ['listener', '../evil', 'does not begin with a letter'],
    ['listener', 'order sync', 'more than words of letters and digits'],
    ['module', 'logging', "is the framework's own"],
    ['settings', 'shutdown', "is the framework's own"],
    ['settings', 'constructor', 'the key "constructor" is refused'],
    ['module', 'prototype', 'the key "prototype" is refused'],
    ['listener', 'ConstructorListener', 'the key "constructor" is refused'],
    ['plugin', 'constructor', 'the key "constructor" is refused'],
    ['listener', 'web', 'loads the module @daemonry/modules/web'],
    ['module', 'web', 'loads the module @daemonry/modules/web'],
    ['settings', 'web', 'loads the module @daemonry/modules/web'],
    ['plugin', 'x'.repeat(61), 'at most 60'],
    ['plugin', 'orders', 'the application has that name'],
    ['plugin', 'Orders', 'the application has that name'],
    ['plugin', 'daemonry', 'a package that the application depends on has that name'],
    ['plugin', 'ReflectMetadata', 'a package that the application depends on has that name'],
  ])('refuses a %s named %s', async (kind, name, why) => {
    const { code, stderr } = await generate(kind, name);
    expect(code).toBe(64);
    expect(stderr).toContain('INVALID_NAME');
    expect(stderr).toContain(why);
  });

  it('names the package.json that cannot be read', async () => {
    place.write({ 'spoilt/package.json': '{ oops' });

    const { code, stderr } = await place.call(['generate', 'listener', 'parcels'], { cwd: 'spoilt' });

    expect(code).toBe(64);
    expect(stderr).toContain('CONFIG_UNREADABLE: A package.json cannot be read: ');
    expect(stderr).toContain(`file: ${join(place.folder, 'spoilt/package.json')}`);
  });

  it('says of a file that the system does not let be read what the system says', async () => {
    place.write({ 'odd/package.json': '{ "daemonry": {} }', 'odd/src/modules.ts/file': '' });

    const { code, stderr } = await place.call(['generate', 'module', 'parcels'], { cwd: 'odd' });

    expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining('cannot be read: EISDIR') as string });
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('suggests the kind that was meant', async () => {
    const { code, stderr } = await generate('listner', 'x');
    expect(code).toBe(64);
    expect(stderr).toContain('Did you mean listener?');
  });
});
