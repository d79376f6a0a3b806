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

const accepted = join(__dirname, 'accepted.ts');
const refused = join(__dirname, 'refused.ts');

jest.setTimeout(60_000);

describe('The types of the testing kit', () => {
  it('accept every right form, and refuse every mistake', () => {
    const files = ['testingAccepted.ts', 'testingRefused.ts'].map((file) => join(__dirname, file));
    expect(compile(files).map(({ text }) => text)).toEqual([]);
  });
});

describe('The types of the authoring API', () => {
  it('accept every right form, and refuse every mistake', () => {
    expect(compile([accepted, refused]).map(({ text }) => text)).toEqual([]);
  });

  it('are really checked: a corrected mistake is reported, and one without its expectation', () => {
    const problems = compile([refused], (text) =>
      text.replace('fatalOnStartupFailuer', 'fatalOnStartupFailure').replace(/\/\/ @ts-expect-error interval is.*/, ''),
    );

    expect(problems.map(({ code }) => code)).toContain(UNUSED_EXPECTATION);
    expect(problems.map(({ text }) => text).join('\n')).toMatch(/'intervall'.*Did you mean.*'interval'/);
    expect(problems).toHaveLength(2);
  });
});
