import { pluginFiles } from './pluginFiles';

/** One way to break the application that `daemonry new` makes, and what has to be said of it. */
export interface Break {
  readonly how: string;
  /** The first occurrence of a text in a file is replaced by another. */
  readonly edits?: readonly (readonly [file: string, from: string, to: string])[];
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly set?: readonly string[];
  /** Of each problem: its code, what is wrong, where, and how to mend it. In their order; no others may be told. */
  readonly told: readonly (readonly [code: string, what: string, where: string, fix: string])[];
}

const GREETER = 'src/Greeter.ts';
const DEFAULTS = 'config/default.yaml';
const OPTIONS = "{ interval: '10s', tags: ['greeting'] }";
const ECHO = `import { BackgroundDaemon } from 'daemonry';

import { Greeter } from './Greeter';

@BackgroundDaemon()
export class Echo {
  constructor(readonly greeter: Greeter) {}
}
`;

const withOptions = (options: string): Required<Break>['edits'] => [[GREETER, OPTIONS, `{ ${options} }`]];
const alsoListed = (name: string, file: string): Required<Break>['edits'] => [
  ['src/listeners.ts', '// daemonry:imports', `import { ${name} } from '${file}';`],
  ['src/listeners.ts', '// daemonry:listeners', `${name},`],
];

const withMarvin = (text: string, engine?: string): Pick<Break, 'edits' | 'files'> => ({
  edits: [['package.json', '"dependencies": {', '"dependencies": { "marvin": "*",']],
  files: pluginFiles('marvin', text, engine),
});

export const BREAKS: readonly Break[] = [
  {
    how: 'a misspelt key in a file',
    edits: [[DEFAULTS, 'greeting: Hello', 'greting: Hello']],
    told: [['CONFIG_UNKNOWN_KEY', 'Did you mean "greeting"?', 'from: config/default.yaml', 'correct the key']],
  },
  {
    how: 'a misspelt environment variable',
    env: { DAEMONRY__GREETER__AUDIENC: 'you' },
    told: [
      [
        'CONFIG_UNKNOWN_KEY',
        'Did you mean "DAEMONRY__GREETER__AUDIENCE"?',
        'The environment variable DAEMONRY__GREETER__AUDIENC',
        'correct its name',
      ],
    ],
  },
  {
    how: 'a value that does not fit its option',
    edits: [[DEFAULTS, 'grace: 25s', 'grace: soon']],
    told: [
      ['CONFIG_INVALID_VALUE', '"shutdown.grace" does not fit', 'from: config/default.yaml', "such as 500, '30s'"],
    ],
  },
  {
    how: 'a setting that its validators refuse',
    edits: [[DEFAULTS, 'greeting: Hello', "greeting: ''"]],
    told: [
      [
        'CONFIG_INVALID_VALUE',
        '"greeter.greeting" is not valid: greeting must be longer',
        'from: config/default.yaml',
        'correct the value there',
      ],
    ],
  },
  {
    how: 'a setting that is required and nowhere',
    edits: [['src/GreeterSettings.ts', "audience: string = 'world'", 'audience!: string']],
    told: [
      [
        'CONFIG_INVALID_VALUE',
        '"greeter.audience" is not configured',
        'class: GreeterSettings',
        'in a file of config/, as DAEMONRY__GREETER__AUDIENCE, or in a file that DAEMONRY__GREETER__AUDIENCE_FILE names',
      ],
    ],
  },
  {
    how: 'an environment that has no file',
    env: { NODE_ENV: 'prodution' },
    told: [
      [
        'CONFIG_ENVIRONMENT_UNKNOWN',
        'Did you mean "production"?',
        'files: default.yaml, development.yaml, production.yaml',
        'add prodution.yaml',
      ],
    ],
  },
  {
    how: 'a file that is no YAML',
    edits: [[DEFAULTS, 'shutdown:', 'shutdown: [']],
    told: [['CONFIG_UNREADABLE', 'is not valid', 'config/default.yaml:6:1', 'correct the YAML there']],
  },
  {
    how: 'interval and cron in one layer of the configuration',
    files: { 'config/development.yaml': "listeners:\n  greeter: { interval: 1m, cron: '* * * * *' }\n" },
    told: [
      [
        'CONFIG_CONFLICT',
        '"listeners.greeter" is given both "interval" and "cron"',
        'cron: config/development.yaml',
        'keep the one',
      ],
    ],
  },
  {
    how: 'interval and cron in one decorator',
    edits: withOptions("interval: '10s', cron: '* * * * *'"),
    told: [['INVALID_SCHEDULE', 'gives both "interval" and "cron"', 'src/Greeter.ts:', 'keep the one']],
  },
  {
    how: 'a cron pattern that is none',
    edits: [['decorators/Nightly.ts', '0 3 * * *', '0 25 * * *']],
    told: [['INVALID_SCHEDULE', 'Invalid value for hour: 25', 'src/Greeter.ts:', 'give five fields']],
  },
  {
    how: 'an option that nobody knows',
    edits: withOptions("intervall: '10s'"),
    told: [['UNKNOWN_OPTION', 'Did you mean "interval"?', 'src/Greeter.ts:', 'correct the option']],
  },
  {
    how: 'dependsOn with a name that nobody has',
    edits: withOptions("interval: '10s', dependsOn: ['wbe']"),
    told: [['UNKNOWN_DEPENDENCY', 'Did you mean "web"?', 'src/Greeter.ts:', 'correct the name']],
  },
  {
    how: 'two listeners that need each other',
    edits: [...withOptions("interval: '10s', dependsOn: ['echo']"), ...alsoListed('Echo', './Echo')],
    files: { 'src/Echo.ts': ECHO },
    told: [['DEPENDENCY_CYCLE', 'Greeter -> Echo -> Greeter', 'src/Echo.ts:', 'cut one of the edges']],
  },
  {
    how: 'two files that import each other',
    edits: [
      [GREETER, 'private readonly guestBook: GuestBook,', 'readonly guestBook: GuestBook, readonly echo: Echo,'],
      [GREETER, "from './GreeterSettings';", "from './GreeterSettings';\nimport { Echo } from './Echo';"],
      ...alsoListed('Echo', './Echo'),
    ],
    files: { 'src/Echo.ts': ECHO },
    told: [['MISSING_METADATA', 'parameter 0 of "Echo"', 'src/Echo.ts:', 'not in a circle']],
  },
  {
    how: 'a service that nobody binds',
    edits: [['src/modules.ts', '  guestBookModule(),', '']],
    told: [['MISSING_BINDING', 'Nothing is bound to "GuestBook"', 'path: Greeter -> GuestBook', 'bind it in a module']],
  },
  {
    how: 'two listeners of one name',
    edits: withOptions("interval: '10s', name: 'web'"),
    told: [['DUPLICATE_NAME', 'Two listeners are named "web"', 'src/Greeter.ts:', 'another name']],
  },
  {
    how: 'an interface as the type of a parameter',
    edits: [
      [GREETER, 'guestBook: GuestBook', 'guestBook: Book'],
      [GREETER, '/** Greets', 'interface Book {\n  add(text: string): void;\n  clear(): number;\n}\n\n/** Greets'],
    ],
    told: [['MISSING_METADATA', 'parameter 1 of "Greeter"', 'src/Greeter.ts:', 'name a token']],
  },
  {
    how: 'a class that is imported as a type',
    edits: [[GREETER, 'import { GuestBook }', 'import type { GuestBook }']],
    told: [['MISSING_METADATA', 'parameter 1 of "Greeter"', 'src/Greeter.ts:', 'without `type`']],
  },
  {
    how: 'a listener that is no singleton',
    edits: [
      ['src/listeners.ts', '  Greeter,', ''],
      ['src/modules.ts', '// daemonry:imports', "import { Greeter } from './Greeter';"],
      [
        'src/modules.ts',
        '// daemonry:modules',
        'new Container.ContainerModule(({ bind }) => void bind(Greeter).toSelf().inTransientScope()),',
      ],
      [
        'src/modules.ts',
        'import type { ApplicationModule }',
        "import * as Container from 'inversify';\nimport type { ApplicationModule }",
      ],
    ],
    told: [['NOT_A_SINGLETON', '"Greeter" is bound in transient scope', 'src/Greeter.ts:', 'bind it as a singleton']],
  },
  {
    how: 'a class without a decorator among the listeners',
    edits: alsoListed('Plain', './Plain'),
    files: { 'src/Plain.ts': 'export class Plain {\n  tick(): void {}\n}\n' },
    told: [['NOT_A_LISTENER', '"Plain" is given as a listener', 'src/Plain.ts', '@BackgroundDaemon or @Listener']],
  },
  {
    how: 'a fatal listener that needs one which is switched off',
    edits: withOptions("interval: '10s', dependsOn: ['web'], fatalOnStartupFailure: true"),
    files: { 'config/development.yaml': 'listeners:\n  web:\n    enabled: false\n' },
    told: [
      ['DISABLED_DEPENDENCY', '"greeter" is fatal, and needs "web"', '(config/development.yaml)', 'switch "web" on'],
    ],
  },
  {
    how: 'a plugin that is not installed',
    ...withMarvin('exports.register = () => undefined;'),
    set: ['plugins.enabled=marvn'],
    told: [['PLUGIN_UNKNOWN', 'Did you mean "marvin"?', 'installed: marvin', 'correct the name in plugins.enabled']],
  },
  {
    how: 'a plugin that throws while it registers',
    ...withMarvin("exports.register = () => { throw new Error('no paranoia module'); };"),
    set: ['plugins.enabled=marvin', 'plugins.onFailure=abort'],
    told: [['PLUGIN_FAILED', 'no paranoia module', 'node_modules/marvin/plugin.js', 'remove the cause']],
  },
  {
    how: 'a plugin for another version of the framework',
    ...withMarvin('exports.register = () => undefined;', '^99'),
    set: ['plugins.enabled=marvin', 'plugins.onFailure=abort'],
    told: [['PLUGIN_FAILED', 'needs daemonry ^99', 'node_modules/marvin/plugin.js', 'a version of the plugin']],
  },
  {
    how: 'a syntax error',
    edits: [[GREETER, 'tick({', 'tick(({']],
    told: [['ENTRY_FAILED', 'error TS', 'src/Greeter.ts(', 'correct what it threw']],
  },
  {
    how: 'an entry that throws',
    edits: [['src/main.ts', 'void runMain', "throw new Error('no catalogue');\nvoid runMain"]],
    told: [['ENTRY_FAILED', 'Error: no catalogue', 'src/main.ts:5', 'correct what it threw']],
  },
  {
    how: 'an import of a file that is not there',
    edits: [['src/modules.ts', "'../modules/guest_book'", "'../modules/guestbook'"]],
    told: [['ENTRY_FAILED', "Cannot find module '../modules/guestbook'", 'src/modules.ts:4', 'correct what it threw']],
  },
  {
    how: 'three things at once',
    edits: [
      [DEFAULTS, 'greeting: Hello', 'greting: Hello'],
      ['decorators/Nightly.ts', '0 3 * * *', '0 25 * * *'],
      ['src/modules.ts', '  guestBookModule(),', ''],
    ],
    told: [
      ['CONFIG_UNKNOWN_KEY', 'Did you mean "greeting"?', 'from: config/default.yaml', 'correct the key'],
      ['INVALID_SCHEDULE', 'Invalid value for hour: 25', 'src/Greeter.ts:', 'give five fields'],
      ['MISSING_BINDING', 'Nothing is bound to "GuestBook"', 'path: Greeter -> GuestBook', 'bind it in a module'],
    ],
  },
];
