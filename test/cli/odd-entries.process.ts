import { checkEach } from './support/checkEach';
import { type Ended, givenApplication, type GivenApplication } from './support/givenApplication';
import { SHOP } from './support/shop';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

const DAEMONRY = "require('daemonry')";

/** Entries that run nothing, each in a way of its own. */
const ODD = {
  'throws a text': "throw 'no catalogue';",
  'throws nothing': 'throw undefined;',
  'rejects with null': 'module.exports = () => Promise.reject(null);',
  'exports a class': 'module.exports = class Greeter { tick() {} };',
  'gives runMain a promise': `void ${DAEMONRY}.runMain(require('./shop.js').create());`,
  'gives runMain nothing': `void ${DAEMONRY}.runMain();`,
  'gives createApplication nothing': `exports.app = () => ${DAEMONRY}.createApplication();`,
  'gives createApplication null': `exports.app = () => ${DAEMONRY}.createApplication(null);`,
};

const fileOf = (how: string): string => `${how.replaceAll(' ', '-')}.js`;
const FILES = Object.fromEntries(Object.entries(ODD).map(([how, text]) => [fileOf(how), text]));
const STACK = /^\s+at .+:\d+:\d+\)?$/m;

/** What the command line says of each, in all commands: what happened, and what to do. */
const SAID: readonly (readonly [how: keyof typeof ODD, what: string, fix: string])[] = [
  ['throws a text', 'Something that is not an Error was thrown: no catalogue', 'throw an Error'],
  ['throws nothing', 'Something that is not an Error was thrown: undefined', 'throw an Error'],
  ['rejects with null', 'Something that is not an Error was thrown: null', 'throw an Error'],
  ['exports a class', 'The entry file creates no application.', 'let it call runMain'],
  [
    'gives runMain a promise',
    'runMain was not given an application.\n  given: Promise',
    'return what createApplication resolves with',
  ],
  [
    'gives runMain nothing',
    'runMain was not given an application.\n  given: undefined',
    'return what createApplication resolves with',
  ],
  [
    'gives createApplication nothing',
    'The option "name" of createApplication is invalid.',
    'give the application a name',
  ],
  ['gives createApplication null', 'The option "name" of createApplication is invalid.', 'give the application a name'],
];

describe('daemonry check', () => {
  const ended = new Map<string, Ended>();
  beforeAll(async () => {
    const shop = givenApplication({ 'shop.js': SHOP, ...FILES });
    const hows = Object.keys(ODD).filter((how) => how !== 'exports a class');
    const results = await checkEach(
      shop,
      hows.map((how) => ({ folder: shop.folder, args: [fileOf(how)] })),
    );
    results.forEach((result, index) => ended.set(hows[index] ?? '', result));
    // It ends when nothing is left to do.
    ended.set('exports a class', await shop.daemonry(['check', fileOf('exports a class')]));
  });

  it.each(SAID)('says without a stack what is wrong with an entry that %s', (how, what, fix) => {
    const { code, stderr } = ended.get(how) as Ended;

    expect(code).toBe(2);
    expect(stderr).toContain(what);
    expect(stderr).toContain(`To fix this: ${fix}`);
    expect(stderr).not.toMatch(STACK);
  });
});

describe('An entry that ends the process before it has created an application', () => {
  const shop = () =>
    givenApplication({ 'exits.js': 'process.exit(0);', 'later.js': 'setTimeout(() => process.exit(), 20);' });

  it.each(['exits.js', 'later.js'])('does not pass a check: %s', async (entry) => {
    const { code, stderr } = await shop().daemonry(['check', entry]);

    expect(code).toBe(2);
    expect(stderr).toMatch(/why: it called process\.exit\(0?\)/);
  });

  it('is told as JSON, too', async () => {
    const { code, stdout } = await shop().daemonry(['check', 'exits.js', '--json']);

    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problems: [{ code: 'ENTRY_WITHOUT_APPLICATION' }] });
  });

  it('ends as it says when it is run', async () => {
    expect(await shop().daemonry(['run', 'exits.js'])).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('daemonry run', () => {
  let shop: GivenApplication;
  beforeAll(() => {
    const create = "require('./shop.js').create";
    shop = givenApplication({
      'shop.js': SHOP,
      ...FILES,
      'unnamed.js': `exports.application = ${create}();`,
      'refused.js': `exports.application = ${create}({ name: '' });`,
      'forgotten.js': `void ${create}();`,
      'by-hand.js': `${create}().then(async (app) => { await app.start(); await app.stop('done'); });`,
      'second.js': `${create}({ name: '' }).catch(() => ${create}()).then(async (app) => { await app.start(); await app.stop('done'); });`,
    });
  });

  it.each(['unnamed.js', 'forgotten.js'])(
    'says that an application is created and nobody runs it: %s',
    async (entry) => {
      const { code, stderr } = await shop.daemonry(['run', entry]);

      expect(code).toBe(1);
      expect(stderr).toContain('ENTRY_WITHOUT_APPLICATION: The entry file runs no application.');
      expect(stderr).toContain('why: it created one, and neither started it nor exported it as default or app');
    },
  );

  it('says why an application is refused that nobody runs', async () => {
    const { code, stderr } = await shop.daemonry(['run', 'refused.js']);

    expect(code).toBe(2);
    expect(stderr).toContain('The option "name" of createApplication is invalid.');
  });

  it.each(['by-hand.js', 'second.js'])(
    'leaves alone an entry that starts its application by hand: %s',
    async (entry) => {
      expect(await shop.daemonry(['run', entry])).toMatchObject({ code: 0, stderr: '' });
    },
  );

  it.each(SAID.filter(([how]) => /class|runMain/.test(how)))(
    'says without a stack what is wrong with an entry that %s',
    async (how, what) => {
      const { code, stderr } = await shop.daemonry(['run', fileOf(how)]);

      expect(code).toBe(1);
      expect(stderr).toContain(what);
      expect(stderr).not.toMatch(/\/cli\/|\bTypeError\b/);
    },
  );
});
