import { RuleTester, type Rule } from 'eslint';

const rule = jest.requireActual<Rule.RuleModule>('../../tools/eslint/plainDocstrings.cjs');

const refused: readonly (readonly [docstring: string, opening: string])[] = [
  ['What is left of it.', 'What'],
  ['Whatever makes the condition true.', 'Whatever'],
  ['Who is told of it.', 'Who'],
  ['Whom the application tells.', 'Whom'],
  ['Whose turn it is.', 'Whose'],
  ['Of a nested field.', 'Of'],
  ['Those that are loaded, by priority.', 'Those'],
  ['That of the record, without making one.', 'That'],
  ['So many probes at the same time.', 'So many'],
  ['So often a question must have been asked.', 'So often'],
  ['So long a run may take.', 'So long'],
  ['From so many calls on, a proposal is sure.', 'From so many'],
  ['At most so many, the newest ones.', 'At most so many'],
  ['Without an answer for so long, the status is unknown.', 'Without an answer for so long'],
  ['As many as there are cores.', 'As'],
  ['As far as it is known.', 'As'],
  ['As it stands when it is read.', 'As'],
  ['Nothing that waits has to wait any longer.', 'Nothing that'],
  ['Nothing of it is left.', 'Nothing of'],
  ['Where nothing is said, the default.', 'Where nothing'],
];

const allowed: readonly string[] = [
  'Number of probes that run at the same time.',
  'Whether the listener runs.',
  'Where log lines go: a file, or the standard output.',
  'How often a task may run within a minute.',
  'As soon as the boot is decided, opens ticks.',
  'Without these, a constructor has no types at run time.',
  'From the opening of ticks to the first due moment.',
  'Offset of the line, in bytes.',
  'Remembers the state. What is kept: one file a name.',
  'Keeps so many files that a day fits.',
  '@throws RunRevokedError when the run has ended.',
];

new RuleTester().run('A docstring is refused that opens like a riddle', rule, {
  valid: [
    ...allowed.map((docstring) => ({ name: `not: ${docstring}`, code: `/** ${docstring} */\nlet x;` })),
    { name: 'not: a comment that is no docstring', code: '/* What is left. */\nlet x; // Of a nested field' },
  ],
  invalid: [
    ...refused.map(([docstring, opening]) => ({
      name: `with: ${docstring}`,
      code: `/** ${docstring} */\nlet x;`,
      errors: [{ message: new RegExp(`^A docstring does not open with "${opening}": `) }],
    })),
    {
      name: 'on the second line of a block',
      code: '/**\n * Of those that are loaded.\n *\n * By priority.\n */\nlet x;',
      errors: [{ messageId: 'riddle', line: 1 }],
    },
    {
      name: 'of a class member',
      code: 'class A {\n  /** What is left. */\n  left() {}\n}',
      errors: [{ messageId: 'riddle', line: 2 }],
    },
  ],
});
