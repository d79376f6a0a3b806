import { join } from 'node:path';

import ts from 'typescript';

const ROOT = join(__dirname, '../..');
const UNUSED_EXPECTATION = 2578;

// Several programs over the same sources: they are parsed once.
const parsed = new Map<string, ts.SourceFile | undefined>();

/** The problems of `files`, one a line, as the project's own tsconfig sees them. `change` is applied to their texts first. */
function compile(files: readonly string[], change: (text: string) => string = (text) => text) {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile.bind(ts.sys)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files }, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  host.jsDocParsingMode = ts.JSDocParsingMode.ParseForTypeErrors;
  const parse = host.getSourceFile.bind(host);
  host.getSourceFile = (file, version, onError) => {
    if (files.includes(file)) return ts.createSourceFile(file, change(ts.sys.readFile(file) ?? ''), version);
    if (!parsed.has(file)) parsed.set(file, parse(file, version, onError));
    return parsed.get(file);
  };
  const program = ts.createProgram(files, options, host);
  return files.flatMap((file) => {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`${file} was not compiled`);
    return ts.getPreEmitDiagnostics(program, source).map((diagnostic) => {
      const { line } = source.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
      return {
        code: diagnostic.code,
        text: `${file}:${line + 1} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`,
      };
    });
  });
}

const [accepted = '', refused = '', ...ofTheKit] = ['accepted', 'refused', 'testingAccepted', 'testingRefused'].map(
  (name) => join(__dirname, `${name}.ts`),
);

jest.setTimeout(60_000);

let problems: string[];
beforeAll(() => {
  // One program for both: most of the time goes into the sources that they share.
  problems = compile([accepted, refused, ...ofTheKit]).map(({ text }) => text);
});

const problemsIn = (files: readonly string[]): string[] =>
  problems.filter((problem) => files.some((file) => problem.startsWith(`${file}:`)));

describe('The types of the testing kit', () => {
  it('accept every right form, and refuse every mistake', () => {
    expect(problemsIn(ofTheKit)).toEqual([]);
  });
});

describe('The types of the authoring API', () => {
  it('accept every right form, and refuse every mistake', () => {
    expect(problemsIn([accepted, refused])).toEqual([]);
  });

  it('are really checked: a corrected mistake is reported, and one without its expectation', () => {
    const changed = compile([refused], (text) =>
      text.replace('fatalOnStartupFailuer', 'fatalOnStartupFailure').replace(/\/\/ @ts-expect-error interval is.*/, ''),
    );

    expect(changed.map(({ code }) => code)).toContain(UNUSED_EXPECTATION);
    expect(changed.map(({ text }) => text).join('\n')).toMatch(/'intervall'.*Did you mean.*'interval'/);
    expect(changed).toHaveLength(2);
  });
});
